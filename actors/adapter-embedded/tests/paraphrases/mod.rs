//! Questions as people ask them, in other words than the documents, and questions that the documents do not answer.

use cueline_domain::{
    chunking::{Chunk, ChunkId, ChunkRole},
    source::Source,
};

/// A text of several sections, a question, and words of the sentence that answers it; `None` when the text does not.
pub(crate) type Case = (&'static [Section], &'static str, Option<&'static str>);

/// Title, heading, text.
pub(crate) type Section = (&'static str, &'static str, &'static str);

/// What the answerer is handed for a text.
pub(crate) fn sources(sections: &[Section]) -> Vec<Source> {
    let source = |(at, (title, heading, text)): (usize, &Section)| Source {
        document: (*title).to_owned(),
        version: "1".to_owned(),
        title: Some((*title).to_owned()),
        chunk: Chunk {
            id: ChunkId(format!("{title}@{at}")),
            ordinal: at as u32,
            start: at * 10_000,
            end: at * 10_000 + text.len(),
            prefix: String::new(),
            page_start: None,
            page_end: None,
            headings: vec![(*heading).to_owned()],
            parent: None,
            role: ChunkRole::Search,
        },
        text: (*text).to_owned(),
    };
    sections.iter().enumerate().map(source).collect()
}

const OFFICE: &[Section] = &[
    (
        "Travel and expenses",
        "Claims",
        "Expense claims must be submitted within 30 days of the end of the trip. Claims that arrive later need the written \
         approval of the head of department.\n\nReceipts are required for every item above 25 euros. A photo is enough if \
         the amount, the date and the seller can be read.",
    ),
    (
        "Travel and expenses",
        "Travel",
        "Trains are preferred for journeys of up to five hours. Flights are booked in economy class; premium economy is \
         allowed for flights of more than eight hours.\n\nThe daily allowance is 28 euros inside the country and 42 euros \
         abroad.",
    ),
    (
        "Travel and expenses",
        "Corporate cards",
        "A lost corporate card must be reported to the bank within one hour by calling the number on the back of the travel \
         booklet, and to the finance team on the next working day.",
    ),
    (
        "Incident report 2025-03",
        "Incident report 2025-03",
        "On 14 March 2025 the order service was unavailable for 47 minutes, from 09:12 to 09:59.\n\nThe cause was an expired \
         TLS certificate on the internal load balancer. The renewal job had failed silently for three weeks because its \
         alert was routed to a mailbox that nobody reads any more.\n\nThe certificate was replaced by hand. As a lasting \
         measure the renewal job now pages the platform team when a certificate has fewer than 14 days left, and \
         certificates are checked by an independent probe every hour.\n\nNo orders were lost: 1,284 orders were queued by \
         the shops and processed after the outage.",
    ),
    (
        "Your first week",
        "Accounts",
        "New colleagues receive their laptop on the first day at the reception on the ground floor. Your account is created \
         by the service desk before you start. The first password is sent by letter and must be changed within 24 \
         hours.\n\nEvery new colleague has a buddy for the first three months. The buddy answers everyday questions and \
         introduces the team.",
    ),
    (
        "Remote work agreement",
        "Remote work",
        "Colleagues may work remotely for up to three days a week after the first six months.\n\nThe company pays a one-time \
         allowance of 400 euros for a desk and a chair at home.\n\nWorking from another country is possible for at most 20 \
         working days a year and must be requested four weeks in advance.",
    ),
    (
        "Laboratory safety handbook",
        "Safety",
        "Safety goggles are worn in every laboratory at all times. Food and drinks are not allowed in the laboratories. The \
         emergency number inside the building is 5555.\n\nSolvents are stored in the yellow cabinet next to the fume hood. \
         Spills of less than 100 millilitres are cleaned with the absorbent kit. Larger spills are reported to the safety \
         officer, and the room is left at once.",
    ),
];

/// On these the threshold was chosen.
pub(crate) const TUNING: &[Case] = &[
    (OFFICE, "What happens if I lose my company credit card?", Some("lost corporate card")),
    (OFFICE, "What do I do when my business card for payments is gone?", Some("lost corporate card")),
    (OFFICE, "How soon after a journey do I have to hand in my costs?", Some("within 30 days")),
    (OFFICE, "I forgot to file my costs in time, what now?", Some("head of department")),
    (OFFICE, "Do I need proof of purchase for a taxi ride of 40 euros?", Some("above 25 euros")),
    (OFFICE, "Can I just take a picture of the bill?", Some("A photo is enough")),
    (OFFICE, "Am I allowed to fly business class?", Some("economy class")),
    (OFFICE, "Should I fly or go by rail to a customer four hours away?", Some("Trains are preferred")),
    (OFFICE, "How much money do I get per day for meals when travelling overseas?", Some("42 euros")),
    (OFFICE, "How long was the shop system down?", Some("47 minutes")),
    (OFFICE, "Why did the ordering system break?", Some("expired")),
    (OFFICE, "Did customers lose any purchases?", Some("No orders were lost")),
    (OFFICE, "What was done so that it does not happen again?", Some("lasting measure")),
    (OFFICE, "Why did nobody notice the problem earlier?", Some("failed silently")),
    (OFFICE, "Where do I pick up my computer?", Some("reception on the ground floor")),
    (OFFICE, "How do I get my login?", Some("account is created")),
    (OFFICE, "Who helps me during my first weeks?", Some("buddy")),
    (OFFICE, "How often can I work from home?", Some("three days a week")),
    (OFFICE, "Is there money for furniture at home?", Some("400 euros")),
    (OFFICE, "Can I spend a month working from Spain?", Some("20 working days")),
    (OFFICE, "May I eat my lunch in the lab?", Some("Food and drinks")),
    (OFFICE, "Do I have to protect my eyes?", Some("goggles")),
    (OFFICE, "What do I do if I knock over a large bottle of chemicals?", Some("Larger spills")),
    (OFFICE, "Who do I phone in case of fire?", Some("5555")),
    (OFFICE, "Where are flammable liquids kept?", Some("yellow cabinet")),
    (OFFICE, "How much annual leave do I get?", None),
    (OFFICE, "What is the salary of a senior engineer?", None),
    (OFFICE, "Is there parking for visitors?", None),
    (OFFICE, "Who is the chief executive?", None),
    (OFFICE, "How do I reset my voicemail?", None),
    (OFFICE, "Which database does the order service use?", None),
    (OFFICE, "What does the canteen serve today?", None),
    (OFFICE, "Who won the chess world championship in 1972?", None),
    (OFFICE, "How many people work in the laboratory?", None),
    (OFFICE, "Can I bring my dog to the office?", None),
    (OFFICE, "How do I book a meeting room?", None),
    (OFFICE, "What colour is the company logo?", None),
    (OFFICE, "Which hotel should I choose in Berlin?", None),
    (OFFICE, "How much does the corporate card cost?", None),
    (OFFICE, "When was the laboratory built?", None),
    (OFFICE, "Is there a gym membership?", None),
    (OFFICE, "What is the phone number of the finance team?", None),
    (OFFICE, "How do I print in colour?", None),
    (OFFICE, "Do we get a Christmas bonus?", None),
];

const COFFEE: &[Section] = &[
    (
        "XR-200 manual",
        "Brewing",
        "The XR-200 brews up to ten cups at a time. Fill the tank with cold water and close the lid. Never immerse the base \
         in water. The thermal carafe keeps coffee hot for four hours.",
    ),
    (
        "XR-200 manual",
        "Care",
        "Descale the machine every two months with citric acid. The red light blinks when the tank is empty. Spare filters \
         can be ordered from the online shop. The appliance weighs 3.2 kg and draws 1,400 watts.",
    ),
];
const NETWORK: &[Section] = &[
    (
        "Network handbook",
        "Guests",
        "Guest devices join the network named Visitor. The access code changes every Monday and is printed at the reception.",
    ),
    (
        "Network handbook",
        "Operations",
        "Servers live in the Frankfurt data centre. Backups run nightly at 02:00 and are kept for 35 days. The network team, \
         led by Priya Nair, is on call around the clock. Outages are announced on the status page. VPN sessions end after \
         eight hours of inactivity because idle tunnels exhaust the address pool.",
    ),
];
const TENANCY: &[Section] = &[
    (
        "House rules",
        "Rubbish and noise",
        "Bins are emptied on Tuesdays and must stand at the kerb by seven in the morning. Music is played at room volume \
         after ten in the evening. Bicycles belong in the cellar, not in the stairwell.",
    ),
    (
        "House rules",
        "Tenancy",
        "The deposit of three months' rent is paid back within six months of moving out. The landlord must be told of damage \
         by water at once. Pets larger than a cat need the consent of the owner. The rent is due on the third working day \
         of the month. Keys that get lost are replaced at the tenant's expense.",
    ),
];

/// Written afterwards; the threshold was not changed for them.
pub(crate) const HELD_OUT: &[Case] = &[
    (COFFEE, "Can I wash the bottom part under the tap?", Some("Never immerse")),
    (COFFEE, "For how many people can I make coffee at once?", Some("ten cups")),
    (COFFEE, "How do I get rid of limescale?", Some("citric acid")),
    (COFFEE, "Why is there a flashing lamp?", Some("tank is empty")),
    (COFFEE, "How long does the drink stay warm?", Some("four hours")),
    (COFFEE, "Where do I get replacement filters?", Some("online shop")),
    (COFFEE, "How much power does it need?", Some("1,400 watts")),
    (COFFEE, "Does it have a milk frother?", None),
    (COFFEE, "Which beans taste best?", None),
    (COFFEE, "How long is the warranty?", None),
    (COFFEE, "What does it cost?", None),
    (COFFEE, "Can it be controlled by phone?", None),
    (NETWORK, "What wifi should my visitors use?", Some("Visitor")),
    (NETWORK, "Where do I find the password for guests?", Some("reception")),
    (NETWORK, "At what time is the data saved?", Some("02:00")),
    (NETWORK, "How far back can a lost file be restored?", Some("35 days")),
    (NETWORK, "Who is in charge of the network?", Some("Priya Nair")),
    (NETWORK, "Where can I see whether something is down?", Some("status page")),
    (NETWORK, "Why was I disconnected from the remote connection over night?", Some("VPN sessions")),
    (NETWORK, "In which city are our machines hosted?", Some("Frankfurt")),
    (NETWORK, "How do I print a document?", None),
    (NETWORK, "What is the salary of the network team?", None),
    (NETWORK, "Which firewall vendor do we use?", None),
    (NETWORK, "How do I order a new laptop?", None),
    (NETWORK, "What is the capital of France?", None),
    (TENANCY, "When is the garbage collected?", Some("Tuesdays")),
    (TENANCY, "How late may I play loud songs?", Some("ten in the evening")),
    (TENANCY, "Where do I put my bike?", Some("cellar")),
    (TENANCY, "When do I get my security money back?", Some("deposit")),
    (TENANCY, "A pipe burst in my kitchen, what should I do?", Some("damage by water")),
    (TENANCY, "Am I allowed to have a big dog?", Some("Pets larger")),
    (TENANCY, "By when must I transfer the monthly payment?", Some("third working day")),
    (TENANCY, "I cannot find the thing that opens my door; who pays?", Some("Keys that get lost")),
    (TENANCY, "Is there a lift in the building?", None),
    (TENANCY, "May I paint the walls?", None),
    (TENANCY, "What is the name of the caretaker?", None),
    (TENANCY, "How fast is the internet?", None),
    (TENANCY, "Is smoking allowed on the balcony?", None),
    (TENANCY, "How large is the flat?", None),
];

const CELLS: &[Section] = &[(
    "Cell biology",
    "Mitochondria",
    "Mitochondria are organelles that produce most of the cell's chemical energy. They have two membranes. The inner \
         membrane folds into cristae, which enlarge its surface. Mitochondrial DNA is inherited from the mother. Red blood \
         cells of mammals contain no mitochondria. Peter Mitchell received the Nobel Prize in 1978 for the chemiosmotic \
         theory.",
)];

/// In the words of the documents.
pub(crate) const IN_THEIR_WORDS: &[Case] = &[
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
