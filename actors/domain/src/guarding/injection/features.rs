//! The signs that are worded, whoever says them, and their weights.
//!
//! Patterns are matched against the view `letters` of a reading: lower case, plain letters. Gaps are bounded and stay
//! within a sentence.

use super::features_of_content;
use crate::guarding::reading::folded;
use regex::bytes::{Regex, RegexBuilder};
use std::sync::LazyLock;

/// A sign with a pattern.
#[derive(Debug)]
pub(super) struct Feature {
    pub(super) name: &'static str,
    pub(super) pattern: Regex,
    pub(super) user: f32,
    pub(super) content: f32,
}

/// Name, weight in what a person says, weight in material, and alternatives of the pattern.
pub(super) type Row = (&'static str, f32, f32, &'static [&'static str]);

/// All features that have a pattern.
pub(super) fn all() -> &'static [Feature] {
    static FEATURES: LazyLock<Vec<Feature>> =
        LazyLock::new(|| ROWS.iter().chain(features_of_content::ROWS).filter_map(|row| prepared(row).ok()).collect());
    &FEATURES
}

/// A row whose pattern does not compile is a mistake of ours; a test finds it.
pub(super) fn prepared((name, user, content, alternatives): &Row) -> Result<Feature, regex::Error> {
    let joined = format!("(?:{})", alternatives.join("|"));
    let pattern = PARTS.iter().fold(joined, |pattern, (short, long)| pattern.replace(short, long));
    // Other scripts are folded as the text is.
    let pattern: String =
        pattern.chars().map(|c| if c.is_ascii() { c.to_string() } else { folded(&c.to_string()) }).collect();
    let pattern = RegexBuilder::new(&pattern).unicode(!pattern.is_ascii()).build()?;
    Ok(Feature { name, pattern, user: *user, content: *content })
}

/// Parts that several patterns share.
const PARTS: &[(&str, &str)] = &[
    (
        "FORGET",
        r"\b(?:ignor(?:e|ing)|disregard|forget(?: about)?|overlook|bypass|neglect|do not follow|don't follow|stop following)",
    ),
    (
        "ORDERS",
        r"(?:instructions?|directives?|rules|prompts?|guidelines|commands?|orders|constraints|restrictions|programming|policies|safeguards)\b",
    ),
    (
        "CREDENTIAL",
        r"(?:passwords?|passphrase|api keys?|secret key|credentials|access code|private key|environment variables|secret string|confidential string)",
    ),
    // A full stop within an address or a number ends nothing.
    ("GAP", r"(?:[^.!?\n]|[.!?]\S)"),
];

pub(super) const ROWS: &[Row] = &[
    (
        "override",
        1.0,
        1.0,
        &[
            r"FORGET\s+(?:[\w',]+\s+){0,4}?(?:previous|prior|above|earlier|preceding|all|any|every|your|these|those|initial|original|system)\s+(?:[\w']+\s+){0,3}?ORDERS",
            r"FORGET\s+\w+\s+(?:that\s+)?you(?:'ve| have| were| are)?\s+(?:been\s+)?(?:told|instructed|taught|given|know)\b",
        ],
    ),
    (
        "override_material",
        1.0,
        1.0,
        &[
            r"FORGET\s+(?:the|this|all|everything|what)\s+(?:\w+\s+){0,3}?(?:above|below|question|users?|contents?|context|text|web ?page|page|documents?|article|resume|function|code|email|table|data|task|request)\bGAP{0,15}?(?:,|\band\b|\bthen\b|\binstead\b)\s*(?:\w+\s+){0,2}?(?:state|say|output|write|print|reply|respond|answer|repeat|tell|give me|claim)\b",
        ],
    ),
    (
        "override_in_other_languages",
        1.0,
        1.0,
        &[
            r"(?:ignorier\w*|vergiss|vergessen sie|missachte\w*)\b.{0,40}\b(?:anweisung|instruktion|vorgabe|regel|befehl)",
            r"(?:ignora\w*|olvida\w*|olvide\w*|descarta\w*)\b.{0,40}\b(?:instrucci|indicacion|regla|istruzion|instruco|instruca)",
            r"(?:ignore[zr]?|oublie[zr]?)\b.{0,40}\b(?:instruction|consigne|directive|regle)s?\b.{0,20}\b(?:precedent|anterieur|ci-dessus)",
            r"(?:ignore|esqueca\w*|desconsidere)\b.{0,40}\b(?:instrucoes|instrucao|regras)",
            r"(?:dimentica\w*)\b.{0,40}\b(?:istruzion|regole)",
            r"(?:忽略|无视|忘记|忽視|無視).{0,12}(?:指示|指令|说明|提示|規則)",
            r"(?:指示|命令|ルール).{0,8}(?:無視|忘れ)",
            r"(?:지시|명령|규칙).{0,12}(?:무시|잊)",
            r"(?:игнорир|забуд|проигнорир).{0,40}(?:инструкц|указани|правил)",
        ],
    ),
    (
        "delimiter",
        1.0,
        1.0,
        &[
            r"<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)\|>",
            r"\[/?inst\]",
            r"<</?sys>>",
        ],
    ),
    (
        "system_tag",
        0.6,
        0.6,
        &[
            r"<\s*[/\\]?\s*system(?:[ _]?(?:mode|prompt|message))?\s*>",
            r"</(?:documents?|context|instructions?|user_input|prompt)>",
        ],
    ),
    ("role_line", 0.3, 0.5, &[r"(?:^|\n)\s*(?:#{1,3}\s*)?(?:system|assistant|human)\s*:"]),
    (
        "system_notice",
        0.6,
        0.6,
        &[
            r"\bsystem\s+(?:update|override|notice|alert)\s*:",
            r"\b(?:new|updated)\s+(?:instructions?|directives?|objective)\s*:",
        ],
    ),
    (
        "task_is_void",
        0.7,
        0.7,
        &[
            r"\b(?:previous|current|original|old)\s+(?:task|request|question|instructions?|goal)\s+(?:is|are|was|has been|have been)\s+(?:now\s+)?(?:cancel|void|obsolete|replaced|superseded)",
        ],
    ),
    ("new_role", 0.5, 0.6, &[r"\byou\s+are\s+(?:now|no longer)\b", r"\bfrom now on,?\s+you\b"]),
    (
        "unbound",
        0.7,
        0.7,
        &[
            r"\bdo anything now\b",
            r"\bjailb(?:reak|roken)",
            r"\bno restrictions\b",
            r"\bwithout (?:any )?(?:restrictions|filters|limits|censorship)\b",
            r"\bas (?:dan|an unrestricted)\b",
        ],
    ),
    (
        "special_mode",
        0.5,
        0.5,
        &[
            r"\b(?:system|maintenance|override|debug|admin|root|sudo|god|law enforcement|verification|diagnostic)[_ -]?(?:override[_ -])?mode\b",
        ],
    ),
    (
        "mode_switch",
        0.4,
        0.4,
        &[
            r"\b(?:enter(?:ing)?|activat\w*|switch(?:ing)? (?:in)?to)\bGAP{0,30}\bmode\b",
            r"\bmode\s+(?:is\s+)?(?:now\s+)?activated",
        ],
    ),
    (
        "authority",
        0.5,
        0.3,
        &[
            r"\b(?:i am|i'm|as)\s+(?:your|the|a|an)\s+(?:\w+\s+)?(?:developer|creator|administrator|admin|maintainer|owner|boss|supervisor|police officer|officer|president|auditor|sysadmin|on-call)\b",
            r"\bi\s+am\s+god\b",
            r"\bas an ai developed by\b",
        ],
    ),
    (
        "pretext",
        0.3,
        0.3,
        &[
            r"\bfor\s+(?:testing|security|audit|verification)\s+purposes\b",
            r"\b(?:turn|shut)\s+you\s+(?:off|down)\b",
            r"\bsecurity audit\b",
            r"\bfor this (?:audit|upgrade|mode|investigation)\b",
        ],
    ),
    (
        "asks_for_credential",
        0.5,
        0.3,
        &[
            r"\b(?:what(?:'s| is| are)|tell me|share|reveal|give me|confirm|provide|disclose|show(?: me)?|need|print|output)\bGAP{0,40}\b(?:your|the|our|system|all)\s+(?:\w+\s+)?CREDENTIAL\s*(?:[?!.,:;\x22']|$|is\b|with\b|to me\b|of\b|for this\b)",
        ],
    ),
    (
        "asks_for_own_credential",
        0.5,
        0.3,
        &[
            r"\b(?:what(?:'s| is| are)|tell me|share|reveal|give me|confirm|disclose|need)\bGAP{0,40}\byour\s+(?:\w+\s+)?CREDENTIAL\s*(?:[?!.,:;\x22']|$|is\b|with\b|to me\b)",
        ],
    ),
    (
        "asks_about_people",
        0.5,
        0.2,
        &[
            r"\b(?:where|share|give me|tell me|need to know|what is|retrieve|list)\bGAP{0,40}\busers?\b(?:'s)?GAP{0,30}\b(?:email|address|birth|bank|balance|residence|live|lives|living|phone|personal)",
        ],
    ),
    (
        "asks_for_prompt",
        1.0,
        1.0,
        &[
            r"\b(?:repeat|print|reveal|show|output|display|dump|leak|disclose|recite|echo|summari[sz]e|translate|tell me|give me|what (?:is|are|were))\bGAP{0,40}?\b(?:your\s+(?:\w+\s+){0,2}?(?:instructions|prompt|guidelines)\b|the\s+(?:\w+\s+)?(?:initial|hidden|secret|original)\s+(?:system\s+)?(?:prompt|instructions?)\b)",
            r"\b(?:repeat|print|reveal|output|display|dump|recite|echo)\s+(?:\w+\s+)?(?:everything|all|words|lines|text)\s+(?:\w+\s+)?above\b",
        ],
    ),
    (
        "no_approval",
        0.6,
        0.6,
        &[
            r"\b(?:never|no longer|not)\s+needs?\s+(?:any\s+)?approval",
            r"\bwithout\s+(?:any\s+)?(?:approval|confirmation|asking)\b",
            r"\b(?:as|counts as)\s+approval\b",
            r"\bapproval\s+(?:is\s+|was\s+)?already\s+(?:given|granted)",
            r"\bskip\s+(?:the\s+)?(?:approval|confirmation|checks)\b",
        ],
    ),
    (
        "follow_decoded",
        1.0,
        1.0,
        &[r"\b(?:decode|decipher|decrypt)\bGAP{0,60}\b(?:and|then)\s+(?:follow|execute|run|do|obey|act)\b"],
    ),
    (
        "puzzle",
        0.4,
        0.4,
        &[
            r"\b(?:decode|decipher|interlace|combine|concatenate|join)\bGAP{0,80}?(?:cipher|rot13|morse|binary|base64|\bhex|part \d|\band answer\b|\band do\b)",
            r"\bdo\s+what\s+\S{1,12}\s+says\b",
        ],
    ),
    ("endless", 0.6, 0.6, &[r"\bagain and again\b", r"\b(?:do not|don't|never) stop\b", r"\bforever\b"]),
    ("huge_count", 0.5, 0.5, &[r"\b1\s+to\s+\d{5,}", r"\b\d{4,}\s+times\b"]),
];
