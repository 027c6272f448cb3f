//! Words that people use for each other when they ask about documents. Short on purpose: each pair was seen in questions to
//! handbooks, manuals and policies, and none changes what is asked.

use rust_stemmers::{Algorithm, Stemmer};
use std::collections::HashMap;
use std::sync::OnceLock;

const GROUPS: &[&[&str]] = &[
    &["vacation", "holiday", "leave"],
    &["price", "cost", "fee", "charge", "rate"],
    &["pay", "payment", "paid"],
    &["salary", "wage", "compensation"],
    &["buy", "purchase", "order"],
    &["employee", "staff", "worker", "personnel"],
    &["employer", "company", "firm"],
    &["customer", "client", "buyer"],
    &["phone", "telephone", "call"],
    &["email", "mail", "e-mail"],
    &["start", "begin", "commence", "launch"],
    &["end", "finish", "stop", "terminate", "termination"],
    &["cancel", "cancellation", "terminate"],
    &["delete", "remove", "erase", "deletion", "removal"],
    &["keep", "retain", "store", "retention", "stored"],
    &["change", "modify", "update", "edit"],
    &["create", "make", "build", "produce"],
    &["found", "establish", "founded", "set"],
    &["fix", "repair", "solve", "resolve"],
    &["error", "failure", "fault", "problem", "issue"],
    &["help", "support", "assist", "assistance"],
    &["allow", "permit", "permitted", "allowed", "permission"],
    &["forbid", "prohibit", "forbidden", "prohibited", "ban"],
    &["require", "need", "must", "mandatory", "required", "requirement"],
    &["maximum", "max", "limit", "most", "upper"],
    &["minimum", "min", "least", "lower"],
    &["sick", "ill", "illness", "sickness"],
    &["boss", "manager", "supervisor"],
    &["car", "vehicle", "automobile"],
    &["reimburse", "refund", "repay", "reimbursement"],
    &["return", "send"],
    &["ship", "deliver", "shipping", "delivery", "dispatch"],
    &["locate", "location", "place", "situated", "located"],
    &["install", "setup", "installation"],
    &["configure", "configuration", "setting"],
    &["warranty", "guarantee"],
    &["open", "opening"],
    &["travel", "trip", "journey"],
    &["approve", "approval", "authorise", "authorize", "sign"],
    &["responsible", "charge", "owner", "owns"],
    &["leader", "head", "lead", "director", "chief"],
    &["invent", "inventor", "invention"],
    &["author", "write", "wrote", "written", "writer"],
    &["quick", "fast", "speed"],
    &["big", "large", "size"],
    &["near", "close"],
    &["home", "remote", "remotely"],
    &["password", "passphrase"],
    &["duration", "last", "lasts"],
];

/// Forms that a stemmer does not bring together.
const IRREGULAR: &[&[&str]] = &[
    &["lose", "lost", "loss"],
    &["pay", "paid"],
    &["buy", "bought"],
    &["send", "sent"],
    &["keep", "kept"],
    &["hold", "held"],
    &["write", "wrote", "written"],
    &["begin", "began", "begun"],
    &["take", "took", "taken"],
    &["give", "gave", "given"],
    &["make", "made"],
    &["build", "built"],
    &["choose", "chose", "chosen", "choice"],
    &["break", "broke", "broken"],
    &["speak", "spoke", "spoken", "speech"],
    &["steal", "stole", "stolen"],
    &["meet", "met"],
    &["run", "ran"],
    &["grow", "grew", "grown", "growth"],
    &["sell", "sold", "sale"],
    &["teach", "taught"],
    &["win", "won"],
    &["spend", "spent"],
    &["rise", "rose", "risen"],
    &["fall", "fell", "fallen"],
    &["know", "knew", "known"],
    &["draw", "drew", "drawn"],
    &["drive", "drove", "driven"],
    &["lead", "led"],
    &["feed", "fed"],
    &["bring", "brought"],
    &["die", "dead", "death"],
    &["bear", "born", "birth"],
    &["child", "children"],
    &["person", "people"],
    &["man", "men"],
    &["woman", "women"],
    &["foot", "feet"],
    &["mouse", "mice"],
    &["analyse", "analysis"],
    &["long", "length"],
    &["high", "height"],
    &["wide", "width"],
    &["deep", "depth"],
    &["strong", "strength"],
    &["weigh", "weight"],
    &["deny", "denial"],
    &["refuse", "refusal"],
    &["expire", "expiry"],
    &["apply", "application"],
    &["reply", "replied"],
    &["succeed", "success"],
    &["fail", "failure"],
    &["receive", "receipt"],
    &["decide", "decision"],
];

fn index() -> &'static HashMap<String, Vec<usize>> {
    static INDEX: OnceLock<HashMap<String, Vec<usize>>> = OnceLock::new();
    INDEX.get_or_init(|| {
        let stemmer = Stemmer::create(Algorithm::English);
        let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
        for (group, words) in GROUPS.iter().chain(IRREGULAR).enumerate() {
            for word in *words {
                let of_stem = groups.entry(stemmer.stem(word).into_owned()).or_default();
                if !of_stem.contains(&group) {
                    of_stem.push(group);
                }
            }
        }
        groups
    })
}

/// The groups that a stem is in.
pub(super) fn groups_of(stem: &str) -> &'static [usize] {
    index().get(stem).map(Vec::as_slice).unwrap_or_default()
}
