//! The index on OpenSearch while processes die, race and are refused: nothing half visible, nothing left behind.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test is an assertion and prints what it measured")]
#![cfg(feature = "aws")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use cueline_aws::opensearch::{OpenSearchIndex, Service};
use cueline_domain::access::{AccessRule, Clearance};
use cueline_ports::{
    Index, IndexedDocument, Key, Page, PortError, PortErrorKind, PortResult, Row, SearchRequest, SearchResults, Table,
    Write,
};
use cueline_tests::opensearch::{
    node_for,
    serverless::{Fault, Front},
    site::{HERE, Site, chunks, document, found, ids, vectors},
};
use futures::future::join_all;
use serde_json::json;

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
