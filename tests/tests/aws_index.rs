//! The index on a real OpenSearch node keeps the promises of the port: as a domain, and behind a stub of Serverless.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test is an assertion and prints what it measured")]
#![cfg(feature = "aws")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use cueline_aws::{
    Connection, Meter,
    dynamodb::DynamoDb,
    opensearch::{Engine, OpenSearchIndex, OpenSearchOptions, Service, Tidied},
};
use cueline_domain::access::{AccessRule, Clearance};
use cueline_ports::{
    Index, IndexedChunk, IndexedDocument, Key, Page, PortError, PortErrorKind, PortResult, Row, SearchRequest,
    SearchResults, Table, Write, conformance::index_suite,
};
use cueline_protocol::ids::BucketName;
use cueline_tests::{
    cloud::Cloud,
    emulator::{self, REGION},
    opensearch::{
        Node, node_for,
        serverless::{Fault, Front},
    },
    universe::Universe,
};
use futures::future::{join_all, try_join_all};
use serde_json::{Value, json};

const HERE: &str = "handbook";

/// A place of its own on the node, and the table that belongs to it.
#[derive(Clone)]
struct Site {
    node: &'static Node,
    endpoint: String,
    service: Service,
    prefix: String,
    table: Arc<dyn Table>,
}

impl Site {
    fn new(node: &'static Node, endpoint: &str, service: Service) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let prefix = format!("site-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let table = Universe::new(1).outside().table;
        Self { node, endpoint: endpoint.to_owned(), service, prefix, table }
    }

    fn domain(node: &'static Node) -> Self {
        Self::new(node, node.endpoint(), Service::Es)
    }

    /// The index as one process has it: nothing is shared with another but the service and the table.
    async fn index(&self) -> OpenSearchIndex {
        self.index_over(self.table.clone()).await
    }

    async fn index_over(&self, table: Arc<dyn Table>) -> OpenSearchIndex {
        let connection = Connection::at(&self.endpoint, REGION, "100000000001", "secret").await;
        let options = OpenSearchOptions {
            endpoint: self.endpoint.clone(),
            service: self.service,
            prefix: self.prefix.clone(),
            engine: Engine::Lucene,
        };
        OpenSearchIndex::open(&connection, options, table).unwrap()
    }

    /// Asks the node itself, past every adapter.
    async fn raw(&self, method: reqwest::Method, path: &str, body: Value) -> Value {
        let url = format!("{}/{}-{HERE}{path}", self.node.endpoint(), self.prefix);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.request(method, url).json(&body).send().await.unwrap().json().await.unwrap()
    }

    /// What really lies in the index: chunks and vectors, seen by searches or not.
    async fn stored(&self) -> u64 {
        self.raw(reqwest::Method::POST, "/_refresh", json!({})).await;
        self.raw(reqwest::Method::GET, "/_count", json!({})).await["count"].as_u64().unwrap()
    }

    /// Tidies until nothing is owed any more.
    async fn tidied(&self) -> usize {
        let index = self.index().await;
        let mut deleted = 0;
        for _ in 0..50 {
            self.raw(reqwest::Method::POST, "/_refresh", json!({})).await;
            let Tidied { deleted: now, open } = index.tidy(Duration::ZERO).await.unwrap();
            deleted += now;
            if open == 0 {
                return deleted;
            }
        }
        panic!("something stays owed");
    }
}

fn document(name: &str, sequence: u64, texts: &[&str]) -> IndexedDocument {
    let version = format!("{name}@{sequence}");
    let chunk = |(ordinal, text): (u32, &&str)| {
        let start = u64::from(ordinal) * 100;
        IndexedChunk { id: format!("{version}-{ordinal}"), ordinal, text: (*text).to_owned(), start, end: start + 90 }
    };
    IndexedDocument {
        collection: HERE.to_owned(),
        document: name.to_owned(),
        chunks: (0..).zip(texts).map(chunk).collect(),
        version,
        sequence,
        access: AccessRule::public("acme"),
        attributes: BTreeMap::new(),
    }
}

fn vectors(name: &str, sequence: u64, count: u32) -> Vec<(String, Vec<f32>)> {
    (0..count).map(|ordinal| (format!("{name}@{sequence}-{ordinal}"), vec![1.0, ordinal as f32])).collect()
}

async fn found(index: &dyn Index, clearance: &Clearance, text: &str, vector: Option<&[f32]>) -> SearchResults {
    let request = SearchRequest {
        collection: HERE.to_owned(),
        text: text.to_owned(),
        vector: vector.map(<[f32]>::to_vec),
        filter: None,
        depth: 100,
    };
    index.search(clearance, request).await.unwrap()
}

async fn chunks(index: &dyn Index, text: &str) -> BTreeSet<String> {
    let results = found(index, &Clearance::system("acme"), text, None).await;
    results.keyword.into_iter().map(|hit| hit.chunk).collect()
}

fn ids(name: &str, sequence: u64, count: u32) -> BTreeSet<String> {
    (0..count).map(|ordinal| format!("{name}@{sequence}-{ordinal}")).collect()
}

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
    let table = DynamoDb::new(&cloud.connection().await, "cueline", objects, bucket, Meter::default());
    table.create().await.unwrap();
    let site = Site { table: Arc::new(table), ..Site::domain(node) };
    let (one, two) = (site.index().await, site.index().await);

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

/// Two processes write the same documents in different orders; readers of a third never see a mixture.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_write_the_same_documents_agree() {
    let Some(node) = node_for("processes_that_write_the_same_documents_agree") else { return };
    let site = Site::domain(node);
    let (one, two, three) = (site.index().await, site.index().await, site.index().await);
    let names = ["a", "b", "c"];
    let texts = ["marker one", "marker two", "marker three", "marker four"];
    let size = |sequence: u64| 1 + (sequence % 4) as usize;
    let writer = async |index: &OpenSearchIndex, step: u64| {
        for round in 0..20_u64 {
            let sequence = (round * step) % 20;
            for name in names {
                let told = document(name, sequence, &texts[..size(sequence)]);
                if sequence % 7 == 6 {
                    index.remove(HERE, name, sequence).await.unwrap();
                } else if index.upsert(told).await.unwrap() {
                    let all = vectors(name, sequence, size(sequence) as u32);
                    index.attach_vectors(HERE, name, &format!("{name}@{sequence}"), all).await.unwrap();
                }
            }
        }
    };
    let done = AtomicU64::new(0);
    let write = async |index: &OpenSearchIndex, step: u64| {
        writer(index, step).await;
        done.fetch_add(1, Ordering::Relaxed);
    };
    let read = async {
        while done.load(Ordering::Relaxed) < 2 {
            let results = found(&three, &Clearance::system("acme"), "marker", Some(&[1.0, 1.0])).await;
            let mut seen: BTreeMap<&str, BTreeMap<&str, [usize; 2]>> = BTreeMap::new();
            for (list, hits) in [&results.keyword, &results.vector].into_iter().enumerate() {
                for hit in hits {
                    seen.entry(&hit.document).or_default().entry(&hit.version).or_default()[list] += 1;
                }
            }
            tokio::task::yield_now().await;
            for versions in seen.values() {
                assert_eq!(versions.len(), 1, "one version of a document: {seen:?}");
                for (version, [words, near]) in versions {
                    let sequence: u64 = version.split_once('@').unwrap().1.parse().unwrap();
                    assert_eq!(*words, size(sequence), "all chunks of {version}");
                    assert!([0, size(sequence)].contains(near), "all vectors of {version} or none, not {near}");
                }
            }
        }
    };
    futures::join!(write(&one, 3), write(&two, 7), read);
    for name in names {
        assert_eq!(one.visible(HERE, name).await.unwrap().unwrap().sequence, 19, "the newest");
        assert_eq!(chunks(&two, "marker").await.len(), 3 * size(19));
    }
    site.tidied().await;
    let vectors = one.visible(HERE, "a").await.unwrap().unwrap().vectors;
    eprintln!("after two writers: {} stored, {vectors} vectors of a", site.stored().await);
    let mut expected = 3 * size(19) as u64;
    for name in names {
        expected += one.visible(HERE, name).await.unwrap().unwrap().vectors as u64;
    }
    assert_eq!(site.stored().await, expected, "nothing that is not shown is left");
}

/// A table whose process dies at a certain call: from then on nothing works, and that call may have been done or not.
struct Dying {
    inner: Arc<dyn Table>,
    left: AtomicI64,
    does_the_last: bool,
}

impl Dying {
    async fn call<T>(&self, call: impl Future<Output = PortResult<T>>) -> PortResult<T> {
        // `Denied` is given up at once, as by a process that is gone.
        let dead = || PortError::new(PortErrorKind::Denied, "the process died");
        match self.left.fetch_sub(1, Ordering::Relaxed) {
            ..=0 => Err(dead()),
            1 if self.does_the_last => call.await.and_then(|_| Err(dead())),
            1 => Err(dead()),
            _ => call.await,
        }
    }
}

#[async_trait]
impl Table for Dying {
    async fn get(&self, key: &Key) -> PortResult<Option<Row>> {
        self.call(self.inner.get(key)).await
    }

    async fn query(
        &self,
        partition: &str,
        prefix: &str,
        cursor: Option<String>,
        limit: usize,
    ) -> PortResult<Page<Row>> {
        self.call(self.inner.query(partition, prefix, cursor, limit)).await
    }

    async fn transact(&self, writes: Vec<Write>) -> PortResult<()> {
        self.call(self.inner.transact(writes)).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_at_any_step_leaves_nothing_half_visible() {
    let Some(node) = node_for("a_crash_at_any_step_leaves_nothing_half_visible") else { return };
    let mut deaths = 0;
    let mut leftovers = 0;
    for does_the_last in [false, true] {
        for step in 1.. {
            let site = Site::domain(node);
            let before = site.index().await;
            before.upsert(document("a", 1, &["marker old", "marker old"])).await.unwrap();
            before.attach_vectors(HERE, "a", "a@1", vectors("a", 1, 2)).await.unwrap();

            let dying = Dying { inner: site.table.clone(), left: AtomicI64::new(step), does_the_last };
            let process = site.index_over(Arc::new(dying)).await;
            let told = async {
                process.upsert(document("a", 2, &["marker new", "marker new", "marker new"])).await?;
                process.attach_vectors(HERE, "a", "a@2", vectors("a", 2, 3)).await?;
                process.attach_vectors(HERE, "a", "a@2", vectors("a", 2, 3)).await?;
                process.remove(HERE, "a", 3).await
            };
            let survived = told.await.is_ok();
            deaths += u64::from(!survived);

            let other = site.index().await;
            let results = found(&other, &Clearance::system("acme"), "marker", Some(&[1.0, 0.0])).await;
            let of = |hits: &[cueline_ports::Hit]| hits.iter().map(|hit| hit.chunk.clone()).collect::<BTreeSet<_>>();
            let (words, near) = (of(&results.keyword), of(&results.vector));
            let whole = [(ids("a", 1, 2), 2), (ids("a", 2, 3), 3), (BTreeSet::new(), 0)];
            let (_, count) = whole.iter().find(|(ids, _)| *ids == words).expect("one version, whole");
            assert!(near.is_empty() || near == words, "all vectors or none at step {step}: {near:?}");
            assert_eq!(near.len(), other.visible(HERE, "a").await.unwrap().map_or(0, |it| it.vectors), "step {step}");

            leftovers += site.tidied().await;
            assert_eq!(site.stored().await, (count + near.len()) as u64, "no leftovers after step {step}");
            // The same again, by the process that takes over.
            other.upsert(document("a", 2, &["marker new", "marker new", "marker new"])).await.unwrap();
            other.attach_vectors(HERE, "a", "a@2", vectors("a", 2, 3)).await.unwrap();
            other.remove(HERE, "a", 3).await.unwrap();
            assert_eq!(chunks(&other, "marker").await, BTreeSet::new());
            site.tidied().await;
            assert_eq!(site.stored().await, 0, "step {step}");
            if survived {
                break;
            }
        }
    }
    eprintln!("{deaths} deaths; {leftovers} chunks and vectors were left behind and deleted");
    assert!(deaths > 40 && leftovers > 0, "{deaths} {leftovers}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_service_refuses_or_loses_is_told_again() {
    let Some(node) = node_for("what_the_service_refuses_or_loses_is_told_again") else { return };
    for service in [Service::Es, Service::Aoss] {
        let front = match service {
            Service::Es => Front::transparent(node.endpoint()).await.unwrap(),
            Service::Aoss => Front::serverless(node.endpoint()).await.unwrap(),
        };
        let site = Site::new(node, &front.endpoint, service);
        let index = site.index().await;
        let texts: Vec<String> = (0..1_200).map(|number| format!("marker {number}")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let cases: [&[Fault]; 6] = [
            &[Fault::Throttled, Fault::Throttled],
            &[Fault::HalfThrottled, Fault::HalfThrottled, Fault::Throttled, Fault::HalfThrottled],
            &[Fault::AnswerLost],
            &[Fault::HalfDone, Fault::AnswerLost],
            &[Fault::Throttled, Fault::HalfDone, Fault::HalfThrottled],
            &[Fault::SearchFails, Fault::SearchFails],
        ];
        for (sequence, faults) in (1..).zip(cases) {
            front.fail(faults.iter().copied());
            assert!(index.upsert(document("a", sequence, &texts)).await.unwrap(), "{faults:?}");
            assert_eq!(front.faults_left(), 0, "{faults:?} were met");
            let status = index.visible(HERE, "a").await.unwrap().unwrap();
            assert_eq!((status.sequence, status.chunks.len()), (sequence, 1_200), "{faults:?}");
            assert_eq!(
                chunks(&index, "7").await,
                BTreeSet::from([format!("a@{sequence}-7")]),
                "once, after {faults:?}"
            );
        }
        site.tidied().await;
        assert_eq!(site.stored().await, 1_200, "nothing stays of the tries that were given up");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_table_does_not_name_is_seen_by_nobody() {
    let Some(node) = node_for("what_the_table_does_not_name_is_seen_by_nobody") else { return };
    let site = Site::domain(node);
    let index = site.index().await;
    let closed = AccessRule::of_groups("acme", ["hr"]);
    index.upsert(IndexedDocument { access: closed, ..document("a", 1, &["salary"]) }).await.unwrap();

    // Somebody opens the chunk inside the index, and adds others: copies, of another tenant, of no version.
    let stored = site.raw(reqwest::Method::GET, "/_search", json!({})).await["hits"]["hits"][0].clone();
    let mut opened = stored["_source"].clone();
    opened["audience"] = json!(["public"]);
    let mut unknown = opened.clone();
    unknown["token"] = json!("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    let mut foreign = opened.clone();
    foreign["tenant"] = json!("globex");
    for forged in [opened, unknown, foreign, json!({"text": "salary", "tenant": "acme", "audience": ["public"]})] {
        site.raw(reqwest::Method::POST, "/_doc?refresh=true", forged).await;
    }
    for clearance in [Clearance::everything_public("acme"), Clearance::of_groups("globex", ["hr"])] {
        assert_eq!(found(&index, &clearance, "salary", None).await, SearchResults::default(), "{clearance:?}");
    }
}

/// Leftovers that match better than what is shown take no places: the search asks for more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leftovers_take_no_places() {
    let Some(node) = node_for("leftovers_take_no_places") else { return };
    let site = Site::domain(node);
    let index = site.index().await;
    let texts = ["whale and other animals of the sea"; 20];
    index.upsert(document("a", 1, &texts)).await.unwrap();
    let left = json!({"token": "left", "position": 0, "document": "gone", "version": "gone@1", "chunk": "x", "ordinal": 0,
        "start": 0, "end": 1, "tenant": "acme", "audience": ["public"], "attributes": [], "text": "whale"});
    join_all((0..300).map(|_| site.raw(reqwest::Method::POST, "/_doc", left.clone()))).await;
    site.stored().await;
    let request =
        SearchRequest { collection: HERE.to_owned(), text: "whale".to_owned(), vector: None, filter: None, depth: 15 };
    let hits = index.search(&Clearance::system("acme"), request).await.unwrap().keyword;
    assert_eq!((hits.len(), hits.iter().all(|hit| hit.document == "a")), (15, true));
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

/// The same corpus in the embedded index and here: what is found, and in which order.
#[cfg(feature = "system")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rankings_are_those_of_the_embedded_index() {
    use cueline_domain::fusion::{Fusion, Scored, fuse, vector_of_words};
    use cueline_embedded::index::{EmbeddedIndex, IndexOptions};

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
