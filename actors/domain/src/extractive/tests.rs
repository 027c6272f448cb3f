use super::*;
use crate::citation::verify;
use crate::source::source_for_tests;
use proptest::prelude::*;

const LEAVE: &str = "Full-time employees receive 25 days of annual leave per calendar year. Unused days may be carried over until 31 March. \
    Requests must be approved by your line manager at least two weeks in advance. Sick leave requires a doctor's note after the third day.";
const REFUNDS: &str = "# Refund policy\nCustomers may return any product within 30 days of delivery. Refunds are issued to the original \
    payment method within 14 days. Shipping costs are not refunded. Opened software cannot be returned because its licence has been used.";
const SECURITY: &str = "All laptops are encrypted with AES-256. Passwords must have at least 12 characters and are rotated every 90 days. \
    Report a lost device to the Service Desk immediately by calling extension 4711. Two-factor authentication is mandatory for remote access.";
const COMPANY: &str = "Acme Robotics was founded in 1998 by Maria Keller and Tom Brandt. The headquarters are located in Zurich, Switzerland. \
    It employs about 1,200 people on three continents. Acme builds autonomous forklifts for warehouses.";
const FAQ: &str = "How do I reset my password?\nOpen the login page, click \"Forgot password\" and follow the link in the e-mail.\n\n\
    Can I change my username?\nNo, usernames are permanent.\n\nIs there a mobile app?\nYes, for Android and iOS.";
const PRICES: &str = "| plan | price per month | storage |\n|---|---|---|\n| Basic | 5 EUR | 10 GB |\n| Team | 12 EUR | 100 GB |\n| Enterprise | on request | unlimited |";
const CHUNKS: &str = "A lease is a promise that a message stays invisible for a time. The worker extends the lease while it is busy. \
    When the lease expires, the message is delivered again.";
const TRAVEL: &str = "Business trips are booked through the travel portal. Economy class is required for flights under six hours. \
    Hotel costs are reimbursed up to 150 EUR per night. Receipts have to be submitted within one month after the trip.";

fn corpus() -> Vec<Source> {
    [
        ("leave.md", LEAVE),
        ("refunds.md", REFUNDS),
        ("security.md", SECURITY),
        ("company.md", COMPANY),
        ("faq.md", FAQ),
        ("prices.md", PRICES),
        ("lease.md", CHUNKS),
        ("travel.md", TRAVEL),
    ]
    .into_iter()
    .map(|(name, text)| source_for_tests(name, 0, text))
    .collect()
}

fn first(question: &str, sources: &[Source]) -> Result<String, String> {
    match answer(question, sources, &ExtractiveOptions::default()) {
        Extraction::Answer { sentences, .. } => Ok(sentences[0].text.clone()),
        Extraction::NotInDocuments { coverage, missing } => Err(format!("{coverage:.2} {missing:?}")),
    }
}

#[test]
fn the_sentence_that_answers_comes_first() {
    let cases = [
        ("How many days of annual leave do employees get?", "Full-time employees receive 25 days"),
        ("How many vacation days do I have?", "Full-time employees receive 25 days"),
        ("Until when can unused leave days be carried over?", "Unused days may be carried over"),
        ("Who approves leave requests?", "Requests must be approved by your line manager"),
        ("Do I need a doctor's note when I am sick?", "Sick leave requires a doctor's note"),
        ("What is the deadline for returning a product?", "Customers may return any product within 30 days"),
        ("How long does a refund take?", "Refunds are issued"),
        ("Are shipping costs refunded?", "Shipping costs are not refunded"),
        ("Why can't I return opened software?", "Opened software cannot be returned because"),
        ("How long must a password be?", "Passwords must have at least 12 characters"),
        (
            "How often are passwords rotated?",
            "Passwords must have at least 12 characters and are rotated every 90 days",
        ),
        ("What should I do if I lose my device?", "Report a lost device"),
        ("How are laptops encrypted?", "All laptops are encrypted with AES-256"),
        ("When was Acme Robotics founded?", "Acme Robotics was founded in 1998"),
        ("Who founded Acme?", "Acme Robotics was founded in 1998 by Maria Keller"),
        ("Where is the headquarters of Acme?", "The headquarters are located in Zurich"),
        ("How many people does Acme employ?", "It employs about 1,200 people"),
        ("How do I reset my password?", "Open the login page"),
        ("Can I change my username?", "No, usernames are permanent."),
        ("Is there a mobile app?", "Yes, for Android and iOS."),
        ("What does the Team plan cost?", "| Team | 12 EUR"),
        ("How much storage does the Basic plan have?", "| Basic | 5 EUR | 10 GB"),
        ("What is a lease?", "A lease is a promise"),
        ("What happens when the lease expires?", "When the lease expires, the message is delivered again."),
        ("How much is reimbursed for a hotel?", "Hotel costs are reimbursed up to 150 EUR"),
        ("When do I have to submit receipts?", "Receipts have to be submitted within one month"),
        ("Is two-factor authentication mandatory?", "Two-factor authentication is mandatory"),
        ("What does Acme build?", "Acme builds autonomous forklifts"),
    ];
    let sources = corpus();
    let mut wrong = Vec::new();
    for (question, expected) in cases {
        let found = first(question, &sources);
        if !found.as_ref().is_ok_and(|found| found.starts_with(expected)) {
            wrong.push(format!("{question}\n    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_the_documents_do_not_say_is_refused() {
    let cases = [
        "What is the capital of France?",
        "How long is parental leave?",
        "When was Globex Corporation founded?",
        "Who is the chief financial officer of Acme?",
        "How many patents does Acme Robotics hold?",
        "What is the dress code?",
        "Does the Team plan include phone support on Sundays?",
        "How do I train a neural network?",
        "What was the revenue of Acme in 2023?",
        "How do I connect the scanner to the printer?",
        "Which dog food is best for puppies?",
        "How much does the Platinum plan cost?",
        "Explain quantum entanglement",
        "What is the meaning of life?",
        "",
        "???",
        "what is it",
    ];
    let sources = corpus();
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|question| Some(format!("{question}\n    {}", first(question, &sources).ok()?)))
        .collect();
    assert!(wrong.is_empty(), "{} answered:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_refusal_names_what_is_missing() {
    let found = answer("How many patents does Acme Robotics hold?", &corpus(), &ExtractiveOptions::default());
    let Extraction::NotInDocuments { missing, coverage } = found else { panic!("{found:?}") };
    assert_eq!(missing, ["patents", "hold"]);
    assert!(coverage > 0.0 && coverage < 0.55, "{coverage}");
    assert_eq!(
        answer("Anything?", &[], &ExtractiveOptions::default()),
        Extraction::NotInDocuments { coverage: 0.0, missing: vec!["Anything".into()] }
    );
}

#[test]
fn headings_carry_meaning_into_their_sentences() {
    let mut source = source_for_tests("handbook.md", 40, "It is 25 days. It must be approved.");
    source.chunk.headings = vec!["Handbook".into(), "Annual leave".into()];
    assert_eq!(first("How many days of annual leave are there?", &[source]), Ok("It is 25 days.".into()));
}

#[test]
fn overlapping_chunks_do_not_repeat_themselves() {
    let text = "Tea is served at four. Coffee is served at nine.";
    let whole = source_for_tests("a.md", 0, text);
    let second = source_for_tests("a.md", 23, &text[23..]);
    let found = answer("When is coffee served?", &[whole, second], &ExtractiveOptions::default());
    let Extraction::Answer { sentences, .. } = found else { panic!("{found:?}") };
    assert_eq!(sentences[0].text, "Coffee is served at nine.");
    assert_eq!(sentences.iter().filter(|sentence| sentence.text.starts_with("Coffee")).count(), 1);
}

#[test]
fn a_second_source_adds_what_the_first_does_not_say() {
    let sources = [
        source_for_tests("a.md", 0, "The office in Berlin opens at 8:00."),
        source_for_tests("b.md", 0, "On Fridays the Berlin office closes at 14:00 and opens at 9:00."),
    ];
    let found = answer("When does the Berlin office open?", &sources, &ExtractiveOptions::default());
    let Extraction::Answer { sentences, .. } = found else { panic!("{found:?}") };
    assert_eq!(sentences.iter().map(|sentence| sentence.source).collect::<Vec<_>>(), [0, 1]);
}

proptest! {
    #[test]
    fn whatever_is_said_stands_in_the_sources(question in "([a-zA-Z]{1,9} |leave |refund |Acme |when |password |lease ){0,8}") {
        let sources = corpus();
        if let Extraction::Answer { sentences, coverage } = answer(&question, &sources, &ExtractiveOptions::default()) {
            prop_assert!((0.55..=1.001).contains(&coverage));
            prop_assert!((1..=3).contains(&sentences.len()));
            for sentence in sentences {
                prop_assert_eq!(verify(&sentence.citation, &sources[sentence.source].text), Ok(()));
                prop_assert_eq!(sentence.text, sentence.citation.quote);
            }
        }
    }
}
