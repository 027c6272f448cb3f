//! The index on a real OpenSearch node keeps the promises of the port: as a domain, and behind a stub of Serverless.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test is an assertion and prints what it measured")]
#![cfg(feature = "aws")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use cueline_aws::{
    Connection, Meter,
    dynamodb::DynamoDb,
    opensearch::{Engine, OpenSearchIndex, OpenSearchOptions, Service},
};
use cueline_domain::{
    access::Clearance,
    filter::{AttributeValue, Attributes, Filter, Scalar, Test},
};
use cueline_ports::{Index, IndexedDocument, PortErrorKind, SearchRequest, conformance::index_suite};
use cueline_protocol::ids::BucketName;
use cueline_tests::{
    cloud::Cloud,
    emulator::{self, REGION},
    opensearch::{
        node_for,
        serverless::Front,
        site::{HERE, Site, chunks, document, found, ids, vectors},
    },
    universe::{Dice, Universe},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opensearch_domain_is_an_index() {
    let Some(node) = node_for("an_opensearch_domain_is_an_index") else { return };
    index_suite(async || Arc::new(Site::domain(node).index().await) as Arc<dyn Index>).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opensearch_serverless_collection_is_an_index() {
    let Some(node) = node_for("an_opensearch_serverless_collection_is_an_index") else { return };
    let front = Front::serverless(node.endpoint()).await.unwrap();
    index_suite(async || Arc::new(Site::new(node, &front.endpoint, Service::Aoss).index().await) as Arc<dyn Index>)
        .await;
    let seen = front.seen();
    assert!(seen.len() > 1_000 && seen.iter().all(|request| !request.contains("_refresh")), "{}", seen.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_truth_can_lie_in_dynamodb() {
    let Some(node) = node_for("its_truth_can_lie_in_dynamodb") else { return };
    let Some(account) = emulator::account("its_truth_can_lie_in_dynamodb") else { return };
    let cloud = Cloud::new(account);
    let objects = Arc::new(cloud.objects(&Meter::default()).await.unwrap());
    let bucket = BucketName::new("payloads").unwrap();
    let meter = Meter::default();
    let table = DynamoDb::new(&cloud.connection().await, "cueline", objects, bucket, meter.clone());
    table.create().await.unwrap();
    let site = Site { table: Arc::new(table), ..Site::domain(node) };
    let (one, two) = (site.index().await, site.index().await);
    what_it_costs(&site, &meter).await;

    // More chunks than a row of DynamoDB has room for.
    let texts: Vec<String> = (0..7_000).map(|number| format!("marker number {number}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    assert!(one.upsert(document("a", 1, &texts)).await.unwrap());
    assert!(one.attach_vectors(HERE, "a", "a@1", vectors("a", 1, 7_000)).await.unwrap());
    let status = two.visible(HERE, "a").await.unwrap().unwrap();
    assert_eq!((status.chunks.len(), status.vectors, status.sequence), (7_000, 7_000, 1));
    assert_eq!(chunks(&two, "6999").await, BTreeSet::from(["a@1-6999".to_owned()]));
    assert!(two.upsert(document("a", 2, &["marker"])).await.unwrap());
    assert_eq!(chunks(&one, "marker").await, ids("a", 2, 1));
    assert!(one.remove(HERE, "a", 3).await.unwrap());
    assert_eq!((two.count(HERE).await.unwrap(), site.stored().await), ((0, 0), 0), "nothing is left in the index");
}

#[tokio::test]
async fn wrong_options_are_told_with_their_fix() {
    let table = Universe::new(1).outside().table;
    let connection = Connection::at("http://127.0.0.1:1", REGION, "1", "secret").await;
    let options = |endpoint: &str, prefix: &str| OpenSearchOptions {
        endpoint: endpoint.to_owned(),
        service: Service::Aoss,
        prefix: prefix.to_owned(),
        engine: Engine::Faiss,
    };
    let open = |options| OpenSearchIndex::open(&connection, options, table.clone());
    let refused = open(options("abc.aoss.amazonaws.com", "cueline")).unwrap_err();
    assert_eq!(refused.kind, PortErrorKind::Invalid);
    assert!(refused.message.ends_with("it is no address: write https://HOST"), "{refused}");
    assert!(open(options("https://abc", "Cue_line")).unwrap_err().message.starts_with("index_prefix"));

    // A port that nobody listens on; the message names action, index and cause.
    let index = open(options("http://127.0.0.1:1", "cueline")).unwrap();
    let refused = index.upsert(document("a", 1, &["x"])).await.unwrap_err();
    assert_eq!(refused.kind, PortErrorKind::Unavailable);
    assert!(refused.message.starts_with("aoss:APIAccessAll on index cueline-handbook: cannot be reached"), "{refused}");
}

/// Prints what a document of ten chunks takes of the table, after the first, and what a search for it takes.
async fn what_it_costs(site: &Site, meter: &Meter) {
    let index = site.index().await;
    let mut before = meter.read();
    let mut told = |what: &str| {
        let now = meter.read();
        let (write, read) = (now.write_units - before.write_units, now.read_units - before.read_units);
        eprintln!("{what}: {write} write units and {read} read units of DynamoDB");
        before = now;
    };
    for (sequence, what) in [(1, "a first document"), (2, "the same overwritten"), (3, "and again")] {
        index.upsert(document("cost", sequence, &["cost"; 10])).await.unwrap();
        let version = format!("cost@{sequence}");
        index.attach_vectors(HERE, "cost", &version, vectors("cost", sequence, 10)).await.unwrap();
        told(&format!("{what}, with its vectors"));
        assert_eq!(chunks(&index, "cost").await.len(), 10);
        told("a search that finds it");
    }
    assert!(index.remove(HERE, "cost", 4).await.unwrap());
    told("its removal");
}

/// Every operator, with names and values that could be taken for each other once they are terms of one field.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_mean_what_they_mean_in_memory() {
    let Some(node) = node_for("filters_mean_what_they_mean_in_memory") else { return };
    let index = Site::domain(node).index().await;
    let mut dice = Dice::new(7);
    let mut all = BTreeMap::new();
    for number in 0..80 {
        let name = format!("d{number}");
        let attributes: Attributes =
            (0..dice.below(5)).map(|_| ((*dice.pick(&NAMES)).to_owned(), attribute(&mut dice))).collect();
        all.insert(name.clone(), attributes.clone());
        index.upsert(IndexedDocument { attributes, ..document(&name, 1, &["marker"]) }).await.unwrap();
        index.attach_vectors(HERE, &name, &format!("{name}@1"), vectors(&name, 1, 1)).await.unwrap();
    }
    let mut narrowed = 0;
    for _ in 0..250 {
        let filter = filter(&mut dice, 0);
        let request = SearchRequest {
            collection: HERE.to_owned(),
            text: "marker".to_owned(),
            vector: Some(vec![1.0, 0.0]),
            filter: Some(filter.clone()),
            depth: 200,
        };
        let results = index.search(&Clearance::system("acme"), request).await.unwrap();
        let passing = all.iter().filter(|(_, attributes)| filter.matches(attributes));
        let expected: BTreeSet<&str> = passing.map(|(name, _)| name.as_str()).collect();
        for hits in [&results.keyword, &results.vector] {
            let found: BTreeSet<&str> = hits.iter().map(|hit| hit.document.as_str()).collect();
            assert_eq!(found, expected, "{filter:?}");
        }
        narrowed += u32::from(!expected.is_empty() && expected.len() < all.len());
    }
    assert!(narrowed > 100, "{narrowed} filters found some and not all");
}

const NAMES: [&str; 6] = ["a", "a:b", "b", "s1:a", "ä*", "a\u{1}"];
const STRINGS: [&str; 10] = ["", "a", "ab", "b:a", "1:a:", "A", "*", "a?b", "x\\y", "雨"];
const NUMBERS: [f64; 8] = [-1e300, -2.5, -1.0, 0.0, -0.0, 0.1, 1.0, 2024.0];

fn attribute(dice: &mut Dice) -> AttributeValue {
    match dice.below(6) {
        0 => AttributeValue::Boolean(dice.chance(500)),
        1 | 2 => AttributeValue::Number(*dice.pick(&NUMBERS)),
        3 => AttributeValue::StringList((0..dice.below(4)).map(|_| (*dice.pick(&STRINGS)).to_owned()).collect()),
        _ => AttributeValue::String((*dice.pick(&STRINGS)).to_owned()),
    }
}

fn filter(dice: &mut Dice, depth: u32) -> Filter {
    if depth < 3 && dice.chance(350) {
        let filters = (0..dice.between(1, 3)).map(|_| filter(dice, depth + 1)).collect();
        return if dice.chance(500) { Filter::AndAll(filters) } else { Filter::OrAll(filters) };
    }
    let scalar = |dice: &mut Dice| match dice.below(4) {
        0 => Scalar::Boolean(dice.chance(500)),
        1 => Scalar::Number(*dice.pick(&NUMBERS)),
        _ => Scalar::String((*dice.pick(&STRINGS)).to_owned()),
    };
    let string = |dice: &mut Dice| (*dice.pick(&STRINGS)).to_owned();
    let test = match dice.below(11) {
        0 => Test::Equals(scalar(dice)),
        1 => Test::NotEquals(scalar(dice)),
        2 => Test::GreaterThan(*dice.pick(&NUMBERS)),
        3 => Test::GreaterThanOrEquals(*dice.pick(&NUMBERS)),
        4 => Test::LessThan(*dice.pick(&NUMBERS)),
        5 => Test::LessThanOrEquals(*dice.pick(&NUMBERS)),
        6 => Test::In(vec![scalar(dice), scalar(dice)]),
        7 => Test::NotIn(vec![scalar(dice), scalar(dice)]),
        8 => Test::StartsWith(string(dice)),
        9 => Test::StringContains(string(dice)),
        _ => Test::ListContains(string(dice)),
    };
    Filter::Compare { key: (*dice.pick(&NAMES)).to_owned(), test }
}

/// The same corpus in the embedded index and here: what is found, and in which order.
#[cfg(feature = "system")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rankings_are_those_of_the_embedded_index() {
    use cueline_domain::fusion::{Fusion, Scored, fuse, vector_of_words};
    use cueline_embedded::index::{EmbeddedIndex, IndexOptions};
    use cueline_ports::SearchResults;
    use futures::future::try_join_all;

    let Some(node) = node_for("rankings_are_those_of_the_embedded_index") else { return };
    let folder = tempfile::tempdir().unwrap();
    let embedded = EmbeddedIndex::open(folder.path(), IndexOptions::default()).unwrap();
    let here = Site::domain(node).index().await;
    let indexes: [&dyn Index; 2] = [&embedded, &here];
    let corpus = include_str!("../data/opensearch-node/corpus.txt");
    for (number, line) in corpus.lines().filter(|line| !line.is_empty()).enumerate() {
        let name = format!("d{number:03}");
        let told = document(&name, 1, &[line]);
        let vector = vec![(told.chunks[0].id.clone(), vector_of_words(line))];
        try_join_all(indexes.map(|index| index.upsert(told.clone()))).await.unwrap();
        let version = told.version.as_str();
        try_join_all(indexes.map(|index| index.attach_vectors(HERE, &name, version, vector.clone()))).await.unwrap();
    }
    let questions = [
        "How many days do refunds take?",
        "who approves travel expenses",
        "remote work from another country",
        "password reset after lockout",
        "The customer's warranty on batteries, 24 months",
        "incident: database failover in March 2025",
        "fire drill meeting point",
        "parental leave weeks",
        "CVE-2024-3094 openssh",
        "東京都の営業時間",
    ];
    let (mut words, mut near, mut fused, mut first) = (0.0, 0.0, 0.0, 0);
    for question in questions {
        let vector = vector_of_words(question);
        let vector = Some(vector.as_slice()).filter(|vector| !vector.is_empty());
        let [ours, theirs] = [
            found(&here, &Clearance::system("acme"), question, vector).await,
            found(&embedded, &Clearance::system("acme"), question, vector).await,
        ];
        let top = |hits: &[cueline_ports::Hit]| hits.iter().take(5).map(|hit| hit.document.clone()).collect::<Vec<_>>();
        let scored = |hits: &[cueline_ports::Hit]| {
            hits.iter().take(20).map(|hit| Scored { id: hit.document.clone(), score: hit.score }).collect::<Vec<_>>()
        };
        let both = |results: &SearchResults| {
            let list = fuse(Fusion::default(), &scored(&results.keyword), &scored(&results.vector));
            list.into_iter().take(5).map(|entry| entry.id).collect::<Vec<_>>()
        };
        let overlap = |a: &[String], b: &[String]| {
            let most = a.len().max(b.len()).max(1);
            a.iter().filter(|id| b.contains(id)).count() as f64 / most as f64
                + f64::from(u8::from(a.is_empty() && b.is_empty()))
        };
        words += overlap(&top(&ours.keyword), &top(&theirs.keyword));
        near += overlap(&top(&ours.vector), &top(&theirs.vector));
        fused += overlap(&both(&ours), &both(&theirs));
        first += usize::from(both(&ours).first() == both(&theirs).first());
    }
    let count = questions.len() as f64;
    let (words, near, fused) = (words / count, near / count, fused / count);
    eprintln!(
        "top 5 shared with the embedded index: words {words:.2}, vectors {near:.2}, fused {fused:.2}; same first {first} of {}",
        questions.len()
    );
    assert!(words >= 0.9 && near >= 0.9 && fused >= 0.9 && first >= questions.len() - 1);
}
