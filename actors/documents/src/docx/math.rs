//! Equations: Office Math as LaTeX-like text, so that the words and signs of a formula can be found.

use super::xml::{Element, Ns};

/// One equation.
pub(super) fn latex(math: &Element) -> String {
    crate::text::one_line(&inside(math))
}

fn inside(element: &Element) -> String {
    element.elements().map(one).collect()
}

fn part(element: &Element, name: &str) -> String {
    element.child(name).map(inside).unwrap_or_default()
}

/// A group that is the base of something needs braces when it is more than one sign.
fn grouped(text: String) -> String {
    if text.starts_with('\\') && text.contains('{') { format!("{{{text}}}") } else { text }
}

fn one(element: &Element) -> String {
    if element.ns != Ns::Math {
        // Text runs of Word may stand in an equation.
        return if element.ns == Ns::Word && &*element.name == "t" { element.text() } else { inside(element) };
    }
    match &*element.name {
        "t" => element.text().chars().map(sign).collect(),
        "f" => fraction(element),
        "sSup" => format!("{}^{{{}}}", grouped(part(element, "e")), part(element, "sup")),
        "sSub" => format!("{}_{{{}}}", grouped(part(element, "e")), part(element, "sub")),
        "sSubSup" => {
            format!("{}_{{{}}}^{{{}}}", grouped(part(element, "e")), part(element, "sub"), part(element, "sup"))
        }
        "sPre" => format!("{{}}_{{{}}}^{{{}}}{}", part(element, "sub"), part(element, "sup"), part(element, "e")),
        "rad" => match part(element, "deg") {
            degree if degree.is_empty() => format!("\\sqrt{{{}}}", part(element, "e")),
            degree => format!("\\sqrt[{degree}]{{{}}}", part(element, "e")),
        },
        "nary" => nary(element),
        "d" => delimited(element),
        "func" => function(element),
        "limLow" => format!("{}_{{{}}}", part(element, "e"), part(element, "lim")),
        "limUpp" => format!("{}^{{{}}}", part(element, "e"), part(element, "lim")),
        "acc" => format!("\\{}{{{}}}", accent(element), part(element, "e")),
        "bar" => format!("\\overline{{{}}}", part(element, "e")),
        "m" => rows(element, "mr", "matrix"),
        "eqArr" => rows(element, "e", "aligned"),
        "ctrlPr" | "rPr" | "fPr" | "dPr" | "naryPr" | "sSupPr" | "sSubPr" | "radPr" | "funcPr" | "mPr" => String::new(),
        _ => inside(element),
    }
}

fn fraction(element: &Element) -> String {
    let (over, under) = (part(element, "num"), part(element, "den"));
    match element.child("fPr").and_then(|properties| properties.value("type")) {
        Some("noBar") => format!("\\genfrac{{}}{{}}{{0pt}}{{}}{{{over}}}{{{under}}}"),
        Some("lin") => format!("{over}/{under}"),
        _ => format!("\\frac{{{over}}}{{{under}}}"),
    }
}

fn nary(element: &Element) -> String {
    let properties = element.child("naryPr");
    let operator = properties.and_then(|properties| properties.value("chr")).unwrap_or("∫");
    let mut text: String = operator.chars().map(sign).collect::<String>().trim_end().to_owned();
    for (name, mark) in [("sub", '_'), ("sup", '^')] {
        let limit = part(element, name);
        if !limit.is_empty() {
            text.push_str(&format!("{mark}{{{limit}}}"));
        }
    }
    format!("{text}{}", part(element, "e"))
}

fn delimited(element: &Element) -> String {
    let properties = element.child("dPr");
    let of = |name: &str, usual: &'static str| {
        properties.and_then(|properties| properties.value(name)).map_or(usual.to_owned(), fence)
    };
    let parts: Vec<String> = element.elements().filter(|child| &*child.name == "e").map(inside).collect();
    format!("\\left{}{}\\right{}", of("begChr", "("), parts.join(&of("sepChr", "|")), of("endChr", ")"))
}

fn fence(text: &str) -> String {
    match text {
        "" => ".".to_owned(),
        "{" | "}" => format!("\\{text}"),
        other => other.to_owned(),
    }
}

fn function(element: &Element) -> String {
    let name = part(element, "fName");
    let known = ["sin", "cos", "tan", "log", "ln", "exp", "lim", "max", "min", "det", "gcd", "sinh", "cosh", "tanh"];
    let name = if known.contains(&name.trim()) { format!("\\{}", name.trim()) } else { name };
    format!("{name}({})", part(element, "e"))
}

fn accent(element: &Element) -> &'static str {
    match element.child("accPr").and_then(|properties| properties.value("chr")) {
        Some("\u{303}") => "tilde",
        Some("\u{305}" | "\u{304}") => "bar",
        Some("\u{20d7}") => "vec",
        Some("\u{307}") => "dot",
        Some("\u{308}") => "ddot",
        _ => "hat",
    }
}

fn rows(element: &Element, row: &str, environment: &str) -> String {
    let rows = element.elements().filter(|child| &*child.name == row);
    let rows: Vec<String> = if row == "mr" {
        rows.map(|row| row.elements().map(inside).collect::<Vec<_>>().join(" & ")).collect()
    } else {
        rows.map(inside).collect()
    };
    format!("\\begin{{{environment}}}{}\\end{{{environment}}}", rows.join(" \\\\ "))
}

/// Signs that people write by name.
fn sign(character: char) -> String {
    let name = match character {
        'α' => "alpha",
        'β' => "beta",
        'γ' => "gamma",
        'δ' => "delta",
        'ε' => "epsilon",
        'ζ' => "zeta",
        'η' => "eta",
        'θ' => "theta",
        'κ' => "kappa",
        'λ' => "lambda",
        'μ' => "mu",
        'ν' => "nu",
        'ξ' => "xi",
        'π' => "pi",
        'ρ' => "rho",
        'σ' => "sigma",
        'τ' => "tau",
        'φ' => "phi",
        'χ' => "chi",
        'ψ' => "psi",
        'ω' => "omega",
        'Γ' => "Gamma",
        'Δ' => "Delta",
        'Θ' => "Theta",
        'Λ' => "Lambda",
        'Π' => "Pi",
        'Σ' => "Sigma",
        'Φ' => "Phi",
        'Ψ' => "Psi",
        'Ω' => "Omega",
        '∑' => "sum",
        '∏' => "prod",
        '∫' => "int",
        '∞' => "infty",
        '±' => "pm",
        '×' => "times",
        '÷' => "div",
        '⋅' => "cdot",
        '≤' => "leq",
        '≥' => "geq",
        '≠' => "neq",
        '≈' => "approx",
        '→' => "rightarrow",
        '∂' => "partial",
        '∇' => "nabla",
        '∈' => "in",
        '√' => "sqrt",
        '…' => "ldots",
        '⋯' => "cdots",
        '−' | '–' => return "-".to_owned(),
        '\u{2061}'..='\u{2064}' => return String::new(),
        // Mathematical letters are styles of the plain ones.
        '\u{1D400}'..='\u{1D7FF}' => return plain(character),
        other => return other.to_string(),
    };
    format!(" \\{name} ")
}

fn plain(character: char) -> String {
    use unicode_normalization::UnicodeNormalization;
    character.nfkc().flat_map(|c| sign(c).chars().collect::<Vec<_>>()).collect()
}
