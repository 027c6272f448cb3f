//! The signs that weigh in material only: it talks to the model, or tells it what to do.

use super::features::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "addressed",
        0.3,
        0.7,
        &[
            r"\b(?:note|message|instruction|attention|important|hint|reminder)s?\s+(?:to|for)\s+(?:the\s+|any\s+|all\s+)?(?:ai|llms?|language models?|assistants?|chatbots?|models?|bots?|agents?)\b",
            r"\bto\s+the\s+(?:ai|agent|assistant|model|bot|llm)\s*:",
            r"\bif you are an? (?:ai|llm|language model|assistant|agent)\b",
        ],
    ),
    ("in_comment", 0.0, 0.6, &[r"<!--[^>]{0,200}?\b(?:assistant|ai|llm|ignore|instructions?|system|say|send|call)\b"]),
    ("tool_order", 0.0, 0.5, &[r"\b(?:call|run|invoke|execute)\s+(?:the\s+(?:tool|function)\s+)?[a-z]+_[a-z_]+\b"]),
    (
        "tool_order_first",
        0.0,
        0.6,
        &[
            r"\bbefore\s+(?:calling|using)\s+any\s+other\s+tool",
            r"\bto\s+(?:finish|complete|continue)\s+(?:the|this)\s+\w+,?\s+you\s+must\b",
            r"\bwhen\s+the\s+tool\b",
        ],
    ),
    ("tool_arguments", 0.0, 0.6, &[r"\b(?:change|replace|set|pass)\bGAP{0,50}\b(?:argument|parameter)\b"]),
    (
        "sends_away",
        0.3,
        0.5,
        &[
            r"\b(?:send|forward|post|upload|e-?mail|transmit|leak)\bGAP{0,60}\b(?:conversation|chat history|secrets?|passwords?|credentials|api keys?|confidential|employee data|a copy)\b",
            r"\b(?:also )?send it to\b",
        ],
    ),
    (
        "link_with_data",
        0.0,
        0.5,
        &[r"!?\[[^\]\n]{0,80}\]\(https?://[^)\s]{0,200}[?&][^)\s]{0,80}(?:\{|\$|secret|conversation|data|q=)"],
    ),
    (
        "every_answer",
        0.0,
        0.5,
        &[
            r"\b(?:every|each|all)\s+(?:of\s+)?(?:your\s+)?(?:answer|response|reply|replies)s?\b",
            r"\balways\s+(?:cite|append|recommend|link|respond|answer|say|send)\b",
        ],
    ),
    (
        "from_now_on",
        0.2,
        0.5,
        &[
            r"\bfrom now on\b",
            r"\bfor all (?:later|future|following)\b",
            r"\bin (?:all )?future (?:sessions|conversations|requests)\b",
            r"\bremember (?:this )?for\b",
        ],
    ),
    ("is_privileged", 0.0, 0.5, &[r"\b(?:this|the) user is (?:an? )?(?:admin|administrator|root|superuser)\b"]),
    (
        "shapes_answer",
        0.0,
        0.6,
        &[
            r"\b(?:add|include|insert|modify|integrate|enhance|augment|append|alter|adjust|begin|start|end|finish|conclude|format|render|write|present|use|replace|substitute|convert|scramble|jumble|rearrange|misspell|remove|group|combine|introduce|anagram|encode|translate|embed|weave)\bGAP{0,100}\byour\s+(?:response|reply|answer|output|message)\b",
            r"\b(?:provide|give|make)\s+your\s+(?:response|reply|answer)\s+(?:in|with|without|as|using|only)\b",
            r"(?:^|[.!?\n]\s*)in\s+your\s+(?:response|reply|answer),",
            r"\breply only with\b",
        ],
    ),
    (
        "garbles_answer",
        0.0,
        0.5,
        &[
            r"\b(?:letters?|vowels?|typos?|misspell\w*|anagram\w*|without (?:any )?spaces|remove spaces|alphanumeric|homophonic|every (?:second|third|fourth|other) (?:word|letter))\b",
        ],
    ),
    (
        "code_for_answer",
        0.0,
        0.4,
        &[r"\b(?:following|subsequent|below)\s+code\s+(?:snippet|block|excerpt|section|segment)\b"],
    ),
    ("your_code", 0.0, 0.2, &[r"\byour\s+(?:code|codebase|implementation|solution|algorithm|program)\b"]),
    (
        "code_that_reaches_out",
        0.0,
        0.3,
        &[
            r"\b(?:os\.system|subprocess|os\.environ|os\.remove|sendall|requests\.post|smtplib|pickle\.load|ftplib|paramiko)\b",
            r"\b(?:exec|eval)\(",
            r"\brm -rf\b|\bchmod \+x\b|/dev/sd[a-z]\b",
        ],
    ),
    (
        "supposing",
        0.0,
        0.2,
        &[r"\blet(?:'s| us) (?:say|assume|pretend|imagine|admit)\b", r"\bhypothetical", r"\bin a world where\b"],
    ),
];
