//! Cases that were written after the weights were fixed: on-topic sources only, as a retriever would hand them on.

use super::*;
use crate::source::source_for_tests;

const COFFEE: &str = "The XR-200 brews up to ten cups at a time. Fill the tank with cold water and close the lid. Never immerse the base in \
    water. Descale the machine every two months with citric acid. The red light blinks when the tank is empty. The thermal carafe keeps coffee hot for \
    four hours. Spare filters can be ordered from the online shop. The appliance weighs 3.2 kg and draws 1,400 watts.";
const NETWORK: &str = "Guest devices join the network named Visitor. The access code changes every Monday and is printed at the reception. \
    Servers live in the Frankfurt data centre. Backups run nightly at 02:00 and are kept for 35 days. The network team, led by Priya Nair, \
    is on call around the clock. Outages are announced on the status page. VPN sessions end after eight hours of inactivity because idle \
    tunnels exhaust the address pool.";
const CELLS: &str = "Mitochondria are organelles that produce most of the cell's chemical energy. They have two membranes. The inner membrane folds \
    into cristae, which enlarge its surface. Mitochondrial DNA is inherited from the mother. Red blood cells of mammals contain no \
    mitochondria. Peter Mitchell received the Nobel Prize in 1978 for the chemiosmotic theory.";

fn found(text: &str, question: &str) -> Option<String> {
    let half = text.find(". ").map_or(0, |at| at + 2);
    let sources = [source_for_tests("a", half, &text[half..]), source_for_tests("a", 0, &text[..half])];
    match answer(question, &sources, &ExtractiveOptions::default()) {
        Extraction::Answer { sentences, coverage } => Some(format!("{coverage:.2} {}", sentences[0].text)),
        Extraction::NotInDocuments { .. } => None,
    }
}

#[test]
fn most_unseen_questions_are_answered_rightly_and_few_wrongly() {
    let cases: &[(&str, &str, Option<&str>)] = &[
        (COFFEE, "How many cups can it brew?", Some("up to ten cups")),
        (COFFEE, "How often should I descale the coffee machine?", Some("every two months")),
        (COFFEE, "What does a blinking red light mean?", Some("tank is empty")),
        (COFFEE, "How long does the carafe keep coffee hot?", Some("four hours")),
        (COFFEE, "Where can I buy filters?", Some("online shop")),
        (COFFEE, "How heavy is the appliance?", Some("3.2 kg")),
        (COFFEE, "Can I put the base in the dishwasher?", None),
        (COFFEE, "How long is the warranty?", None),
        (COFFEE, "Which beans taste best?", None),
        (COFFEE, "What colour is the lid?", None),
        (COFFEE, "How many people work in the factory?", None),
        (NETWORK, "When do the backups run?", Some("02:00")),
        (NETWORK, "How long are backups kept?", Some("35 days")),
        (NETWORK, "Who leads the network team?", Some("Priya Nair")),
        (NETWORK, "Where are the servers?", Some("Frankfurt")),
        (NETWORK, "Why do VPN sessions end?", Some("address pool")),
        (NETWORK, "How do guests connect to the wifi?", Some("Visitor")),
        (NETWORK, "How often does the access code change?", Some("every Monday")),
        (NETWORK, "Who is the chief executive?", None),
        (NETWORK, "How much does the VPN cost?", None),
        (NETWORK, "Which firewall vendor do we use?", None),
        (NETWORK, "What is the email address of the helpdesk?", None),
        (CELLS, "What are mitochondria?", Some("are organelles")),
        (CELLS, "How many membranes do mitochondria have?", Some("two membranes")),
        (CELLS, "Who won the Nobel Prize for the chemiosmotic theory?", Some("Peter Mitchell")),
        (CELLS, "From whom is mitochondrial DNA inherited?", Some("from the mother")),
        (CELLS, "Which cells contain no mitochondria?", Some("Red blood cells")),
        (CELLS, "Why does the inner membrane fold?", Some("cristae")),
        (CELLS, "How large is a ribosome?", None),
        (CELLS, "When was DNA discovered?", None),
        (CELLS, "Who discovered mitochondria?", None),
        (CELLS, "How do plants perform photosynthesis?", None),
    ];
    let mut wrong = Vec::new();
    for (text, question, expected) in cases {
        let found = found(text, question);
        let right = match (&found, expected) {
            (None, None) => true,
            (Some(found), Some(part)) => found.contains(part),
            _ => false,
        };
        if !right {
            wrong.push(format!("{question}\n    {found:?}"));
        }
    }
    assert!(wrong.len() <= 2, "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
