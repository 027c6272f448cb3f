//! What every index promises.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use cueline_domain::{
    access::{AccessRule, Clearance},
    filter::{AttributeValue, Filter, Scalar, Test},
};
use futures::{StreamExt, future::join_all, stream};

use crate::{Hit, Index, IndexedChunk, IndexedDocument, PortErrorKind, SearchRequest, SearchResults};

const HERE: &str = "handbook";

/// Checks every promise of [`Index`], each on a fresh one.
pub async fn index_suite<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Arc<dyn Index>>,
{
    a_document_is_found_with_all_that_is_known(&*fresh().await).await;
    an_overwrite_replaces_at_once(&*fresh().await).await;
    a_removal_hides_at_once(&*fresh().await).await;
    what_was_overtaken_changes_nothing(&*fresh().await).await;
    any_order_of_events_ends_the_same(&*fresh().await).await;
    telling_twice_changes_nothing(&*fresh().await).await;
    vectors_belong_to_the_visible_version(&*fresh().await).await;
    vectors_are_attached_all_or_none(&*fresh().await).await;
    a_new_version_has_no_old_vectors(&*fresh().await).await;
    similarity_ignores_length(&*fresh().await).await;
    nobody_sees_beyond_the_clearance(&*fresh().await).await;
    what_is_filtered_takes_no_place(&*fresh().await).await;
    a_changed_rule_holds_at_once(&*fresh().await).await;
    collections_do_not_touch_each_other(&*fresh().await).await;
    lists_are_sorted_and_no_deeper_than_asked(&*fresh().await).await;
    a_question_is_words_not_syntax(&*fresh().await).await;
    what_makes_no_sense_is_invalid(&*fresh().await).await;
    a_document_without_chunks_is_visible(&*fresh().await).await;
    readers_never_see_half_a_document(fresh().await).await;
    racing_writers_end_with_the_newest(&*fresh().await).await;
}

fn chunk(version: &str, ordinal: u32, text: &str) -> IndexedChunk {
    let start = u64::from(ordinal) * 100;
    IndexedChunk { id: format!("{version}-{ordinal}"), ordinal, text: text.to_owned(), start, end: start + 90 }
}

/// A public document of tenant `acme` with the given texts as chunks.
fn document(name: &str, sequence: u64, texts: &[&str]) -> IndexedDocument {
    let version = format!("{name}@{sequence}");
    IndexedDocument {
        collection: HERE.to_owned(),
        document: name.to_owned(),
        chunks: (0..).zip(texts).map(|(ordinal, text)| chunk(&version, ordinal, text)).collect(),
        version,
        sequence,
        access: AccessRule::public("acme"),
        attributes: BTreeMap::new(),
    }
}

fn everything() -> Clearance {
    Clearance::system("acme")
}

fn request(text: &str, vector: Option<&[f32]>) -> SearchRequest {
    SearchRequest {
        collection: HERE.to_owned(),
        text: text.to_owned(),
        vector: vector.map(<[f32]>::to_vec),
        filter: None,
        depth: 100,
    }
}

async fn upsert(index: &dyn Index, document: IndexedDocument) -> bool {
    index.upsert(document).await.expect("a sound document can be told")
}

async fn remove(index: &dyn Index, name: &str, sequence: u64) -> bool {
    index.remove(HERE, name, sequence).await.expect("a document can be removed")
}

async fn attach(index: &dyn Index, name: &str, sequence: u64, vectors: &[(u32, &[f32])]) -> bool {
    let version = format!("{name}@{sequence}");
    let vectors = vectors.iter().map(|(ordinal, vector)| (format!("{version}-{ordinal}"), vector.to_vec())).collect();
    index.attach_vectors(HERE, name, &version, vectors).await.expect("sound vectors can be attached")
}

async fn search(index: &dyn Index, clearance: &Clearance, request: SearchRequest) -> SearchResults {
    index.search(clearance, request).await.expect("a sound search is answered")
}

async fn by_words(index: &dyn Index, text: &str) -> Vec<String> {
    chunks(&search(index, &everything(), request(text, None)).await.keyword)
}

async fn by_vector(index: &dyn Index, vector: &[f32]) -> Vec<String> {
    chunks(&search(index, &everything(), request("", Some(vector))).await.vector)
}

fn chunks(hits: &[Hit]) -> Vec<String> {
    hits.iter().map(|hit| hit.chunk.clone()).collect()
}

async fn vectors(index: &dyn Index, name: &str) -> Option<usize> {
    index.visible(HERE, name).await.expect("a status can be read").map(|status| status.vectors)
}

async fn sequence(index: &dyn Index, name: &str) -> Option<u64> {
    index.visible(HERE, name).await.expect("a status can be read").map(|status| status.sequence)
}

async fn count(index: &dyn Index) -> (u64, u64) {
    index.count(HERE).await.expect("a collection can be counted")
}

async fn a_document_is_found_with_all_that_is_known(index: &dyn Index) {
    assert_eq!(count(index).await, (0, 0), "a collection that nobody told of is empty");
    assert_eq!(index.visible(HERE, "a").await.unwrap(), None, "a document that nobody told of is not visible");
    assert!(upsert(index, document("a", 7, &["the holiday policy", "expenses and travel"])).await);
    assert!(attach(index, "a", 7, &[(1, &[0.0, 1.0])]).await);

    let results = search(index, &everything(), request("travel", Some(&[0.0, 1.0]))).await;
    for hits in [&results.keyword, &results.vector] {
        let [hit] = hits.as_slice() else { panic!("one chunk is found in each list, not {hits:?}") };
        let found = (hit.chunk.as_str(), hit.document.as_str(), hit.version.as_str(), hit.ordinal, hit.start, hit.end);
        assert_eq!(found, ("a@7-1", "a", "a@7", 1, 100, 190), "a hit says all that is known of its chunk");
    }
    let status = index.visible(HERE, "a").await.unwrap().expect("what was told is visible");
    assert_eq!((status.version.as_str(), status.sequence, status.vectors), ("a@7", 7, 1));
    assert_eq!(status.chunks, ["a@7-0", "a@7-1"], "chunks are listed in order");
    assert_eq!(count(index).await, (1, 2));
}

async fn an_overwrite_replaces_at_once(index: &dyn Index) {
    upsert(index, document("a", 1, &["penguins", "walrus", "walrus again"])).await;
    assert!(upsert(index, document("a", 2, &["penguins"])).await, "a newer version is taken");
    assert_eq!(by_words(index, "walrus").await, [""; 0], "old words are gone once upsert returned");
    assert_eq!(by_words(index, "penguins").await, ["a@2-0"], "only the new version is found");
    assert_eq!(count(index).await, (1, 1));
}

async fn a_removal_hides_at_once(index: &dyn Index) {
    upsert(index, document("a", 1, &["penguins"])).await;
    upsert(index, document("b", 1, &["penguins"])).await;
    attach(index, "a", 1, &[(0, &[1.0, 0.0])]).await;
    assert!(remove(index, "a", 2).await, "a newer removal counts");
    assert_eq!(by_words(index, "penguins").await, ["b@1-0"], "its words are gone, others stay");
    assert_eq!(by_vector(index, &[1.0, 0.0]).await, [""; 0], "its vectors are gone");
    assert_eq!(sequence(index, "a").await, None);
    assert_eq!(count(index).await, (1, 1));
}

async fn what_was_overtaken_changes_nothing(index: &dyn Index) {
    upsert(index, document("a", 5, &["penguins"])).await;
    assert!(!upsert(index, document("a", 4, &["walrus"])).await, "an older version is refused");
    assert!(!remove(index, "a", 4).await, "an older removal does not count");
    assert_eq!(by_words(index, "penguins walrus").await, ["a@5-0"]);

    assert!(remove(index, "b", 5).await, "what is not there can be removed");
    assert!(!upsert(index, document("b", 4, &["walrus"])).await, "a version that a removal overtook stays away");
    assert!(!upsert(index, document("b", 5, &["walrus"])).await, "a removal wins against a version as new");
    assert_eq!(by_words(index, "walrus").await, [""; 0]);
    assert!(upsert(index, document("b", 6, &["walrus"])).await, "a newer version returns");
    assert!(remove(index, "b", 6).await, "a removal as new as the version counts");
    assert_eq!(sequence(index, "b").await, None);
}

/// Every order of five events, the first three told twice, ends with the newest of them.
async fn any_order_of_events_ends_the_same(index: &dyn Index) {
    let cases = [false, true].into_iter().flat_map(|newest_is_removal| {
        permutations(5).into_iter().enumerate().map(move |(number, order)| (newest_is_removal, number, order))
    });
    let check = async |(newest_is_removal, number, order): (bool, usize, Vec<u64>)| {
        let name = format!("{newest_is_removal}-{number}");
        for event in order.iter().chain(&order[..3]) {
            let is_removal = (event % 2 == 0) == newest_is_removal;
            match is_removal {
                true => remove(index, &name, *event).await,
                false => upsert(index, document(&name, *event, &["event", "event"])).await,
            };
        }
        let expected = (!newest_is_removal).then_some(4);
        assert_eq!(sequence(index, &name).await, expected, "the newest event wins in the order {order:?}");
    };
    // Each order is about a document of its own. Several at a time, because an index across a network may take a while until
    // it finds what it was told.
    stream::iter(cases).for_each_concurrent(16, check).await;
    assert_eq!(count(index).await, (120, 240));
    let mut all = request("event", None);
    all.depth = 1_000;
    assert_eq!(search(index, &everything(), all).await.keyword.len(), 240, "only the newest versions are found");
}

fn permutations(length: u64) -> Vec<Vec<u64>> {
    let mut all = vec![Vec::new()];
    for item in 0..length {
        let insert = |order: &Vec<u64>, at: usize| [&order[..at], &[item], &order[at..]].concat();
        all = all.iter().flat_map(|order| (0..=order.len()).map(|at| insert(order, at)).collect::<Vec<_>>()).collect();
    }
    all
}

async fn telling_twice_changes_nothing(index: &dyn Index) {
    let document = document("a", 3, &["penguins", "walrus"]);
    upsert(index, document.clone()).await;
    attach(index, "a", 3, &[(0, &[1.0, 0.0]), (1, &[0.0, 1.0])]).await;
    assert!(upsert(index, document).await, "the same again is what is visible");
    assert_eq!(by_words(index, "penguins").await, ["a@3-0"], "nothing is found twice");
    assert_eq!(vectors(index, "a").await, Some(2), "the vectors that came in between stay");
    attach(index, "a", 3, &[(0, &[1.0, 0.0])]).await;
    assert_eq!(by_vector(index, &[1.0, 0.0]).await, ["a@3-0", "a@3-1"], "a vector told twice is one vector");
    assert_eq!(count(index).await, (1, 2));
    assert!(remove(index, "a", 4).await && remove(index, "a", 4).await, "a removal can be told twice");
}

async fn vectors_belong_to_the_visible_version(index: &dyn Index) {
    assert!(!attach(index, "a", 1, &[(0, &[1.0, 0.0])]).await, "a document that is not there takes no vectors");
    upsert(index, document("a", 2, &["penguins"])).await;
    assert!(!attach(index, "a", 1, &[(0, &[1.0, 0.0])]).await, "an old version takes no vectors");
    assert_eq!(vectors(index, "a").await, Some(0));
    assert!(attach(index, "a", 2, &[(0, &[1.0, 0.0])]).await);
    assert!(attach(index, "a", 2, &[(0, &[0.0, 1.0])]).await, "a vector can be replaced");
    let hits = search(index, &everything(), request("", Some(&[0.0, 1.0]))).await.vector;
    assert!(hits.len() == 1 && hits[0].score > 0.999, "the new vector counts, once: {hits:?}");
    remove(index, "a", 3).await;
    assert!(!attach(index, "a", 2, &[(0, &[1.0, 0.0])]).await, "a removed document takes no vectors");
    assert_eq!(by_vector(index, &[1.0, 0.0]).await, [""; 0]);
}

async fn vectors_are_attached_all_or_none(index: &dyn Index) {
    upsert(index, document("a", 1, &["penguins", "walrus", "seal"])).await;
    attach(index, "a", 1, &[(0, &[1.0, 0.0, 0.0])]).await;
    let good = ("a@1-1".to_owned(), vec![1.0, 0.0, 0.0]);
    let bad = [
        ("a@1-2", vec![1.0, 0.0], "a vector of another dimension"),
        ("a@1-2", vec![0.0, 0.0, 0.0], "a vector without direction"),
        ("a@1-2", vec![f32::NAN, 0.0, 0.0], "a vector that is not finite"),
        ("a@1-9", vec![1.0, 0.0, 0.0], "a vector for a chunk that is not there"),
    ];
    for (id, vector, what) in bad {
        let result = index.attach_vectors(HERE, "a", "a@1", vec![good.clone(), (id.to_owned(), vector)]).await;
        assert_eq!(result.map_err(|error| error.kind), Err(PortErrorKind::Invalid), "{what} is invalid");
    }
    assert_eq!(vectors(index, "a").await, Some(1), "nothing of a refused call stays");
}

async fn a_new_version_has_no_old_vectors(index: &dyn Index) {
    upsert(index, document("a", 1, &["penguins"])).await;
    attach(index, "a", 1, &[(0, &[1.0, 0.0])]).await;
    upsert(index, document("a", 2, &["penguins"])).await;
    assert_eq!(vectors(index, "a").await, Some(0));
    assert_eq!(by_vector(index, &[1.0, 0.0]).await, [""; 0], "an old vector is not found under a new version");
    assert_eq!(by_words(index, "penguins").await, ["a@2-0"], "words are found before vectors come");
}

async fn similarity_ignores_length(index: &dyn Index) {
    upsert(index, document("a", 1, &["near", "far", "opposite"])).await;
    attach(index, "a", 1, &[(0, &[30.0, 40.0]), (1, &[0.004, -0.003]), (2, &[-3.0, -4.0])]).await;
    let hits = search(index, &everything(), request("", Some(&[300.0, 400.0]))).await.vector;
    let scores: Vec<i64> = hits.iter().map(|hit| (f64::from(hit.score) * 1_000.0).round() as i64).collect();
    assert_eq!(chunks(&hits), ["a@1-0", "a@1-1", "a@1-2"]);
    assert_eq!(scores, [1_000, 0, -1_000], "the score is the cosine");
}

async fn nobody_sees_beyond_the_clearance(index: &dyn Index) {
    let rules = [
        ("public", AccessRule::public("acme")),
        ("hr", AccessRule::of_groups("acme", ["hr"])),
        ("it", AccessRule::of_groups("acme", ["it", "ops"])),
        ("nobody", AccessRule::of_groups("acme", [""; 0])),
        ("foreign", AccessRule::public("globex")),
    ];
    for (name, access) in rules {
        upsert(index, IndexedDocument { access, ..document(name, 1, &["salary"]) }).await;
        attach(index, name, 1, &[(0, &[1.0, 0.0])]).await;
    }
    let cases: [(Clearance, &[&str]); 6] = [
        (Clearance::everything_public("acme"), &["public"]),
        (Clearance::of_groups("acme", ["hr"]), &["hr", "public"]),
        (Clearance::of_groups("acme", ["ops", "hr"]), &["hr", "it", "public"]),
        (Clearance::system("acme"), &["hr", "it", "nobody", "public"]),
        (Clearance::of_groups("globex", ["hr", "it"]), &["foreign"]),
        (Clearance::system("initech"), &[]),
    ];
    for (clearance, expected) in cases {
        let results = search(index, &clearance, request("salary", Some(&[1.0, 0.0]))).await;
        for hits in [results.keyword, results.vector] {
            let seen: BTreeSet<&str> = hits.iter().map(|hit| hit.document.as_str()).collect();
            assert_eq!(seen, expected.iter().copied().collect(), "{clearance:?} sees these");
        }
    }
}

fn department(name: &str) -> Option<Filter> {
    Some(Filter::Compare { key: "department".to_owned(), test: Test::Equals(Scalar::String(name.to_owned())) })
}

/// The forbidden documents match better; if they were dropped after the search, nothing would be left.
async fn what_is_filtered_takes_no_place(index: &dyn Index) {
    let texts = ["whale whale whale whale", "whale and other animals of the wide sea and of the shore"];
    let vectors: [&[f32]; 2] = [&[1.0, 0.0], &[0.5, 0.5]];
    for number in 0..60 {
        let is_sought = usize::from(number % 10 == 0);
        let department = AttributeValue::String(["sales", "legal"][is_sought].to_owned());
        let access = AccessRule::of_groups("acme", [["closed", "open"][is_sought]]);
        let name = format!("d{number}");
        let attributes = BTreeMap::from([("department".to_owned(), department)]);
        upsert(index, IndexedDocument { access, attributes, ..document(&name, 1, &[texts[is_sought]]) }).await;
        attach(index, &name, 1, &[(0, vectors[is_sought])]).await;
    }
    let asked = SearchRequest { depth: 5, ..request("whale", Some(&[1.0, 0.0])) };
    let by_access = search(index, &Clearance::of_groups("acme", ["open"]), asked.clone()).await;
    let by_filter = search(index, &everything(), SearchRequest { filter: department("legal"), ..asked.clone() }).await;
    for hits in [by_access.keyword, by_access.vector, by_filter.keyword, by_filter.vector] {
        assert_eq!(hits.len(), 5, "filtering happens inside the search");
        assert!(hits.iter().all(|hit| hit.document.ends_with('0')), "only what passes is found: {hits:?}");
    }
    let none = search(index, &everything(), SearchRequest { filter: department("nowhere"), ..asked }).await;
    assert_eq!(none, SearchResults::default());
}

async fn a_changed_rule_holds_at_once(index: &dyn Index) {
    let closed = AccessRule::of_groups("acme", ["hr"]);
    upsert(index, document("a", 1, &["salary"])).await;
    let same_content = IndexedDocument { sequence: 2, access: closed, ..document("a", 1, &["salary"]) };
    assert!(upsert(index, same_content.clone()).await);
    let public = Clearance::everything_public("acme");
    assert_eq!(search(index, &public, request("salary", None)).await.keyword, [], "the new rule holds");
    let opened = IndexedDocument { sequence: 3, access: AccessRule::public("acme"), ..same_content };
    upsert(index, opened).await;
    assert_eq!(search(index, &public, request("salary", None)).await.keyword.len(), 1);
}

async fn collections_do_not_touch_each_other(index: &dyn Index) {
    let elsewhere = IndexedDocument { collection: "elsewhere".to_owned(), ..document("a", 9, &["penguins"]) };
    upsert(index, elsewhere).await;
    assert!(upsert(index, document("a", 1, &["penguins here"])).await, "a name is one document per collection");
    assert_eq!(by_words(index, "penguins").await, ["a@1-0"]);
    attach(index, "a", 1, &[(0, &[1.0, 0.0])]).await;
    let other = vec![("a@9-0".to_owned(), vec![1.0, 0.0, 0.0])];
    assert!(index.attach_vectors("elsewhere", "a", "a@9", other).await.unwrap(), "dimensions are per collection");
    remove(index, "a", 2).await;
    assert_eq!(index.count("elsewhere").await.unwrap(), (1, 1));
    assert!(index.visible("elsewhere", "a").await.unwrap().is_some());
}

async fn lists_are_sorted_and_no_deeper_than_asked(index: &dyn Index) {
    for number in 1_u16..=20 {
        let text = format!("{} filler words between", "whale ".repeat(number.into()));
        let name = format!("d{number}");
        upsert(index, document(&name, 1, &[&text])).await;
        attach(index, &name, 1, &[(0, &[f32::from(number), 10.0])]).await;
    }
    let all = search(index, &everything(), request("whale", Some(&[1.0, 0.0]))).await;
    let few = search(index, &everything(), SearchRequest { depth: 7, ..request("whale", Some(&[1.0, 0.0])) }).await;
    for (all, few) in [(&all.keyword, &few.keyword), (&all.vector, &few.vector)] {
        assert_eq!((all.len(), few.len()), (20, 7));
        assert!(all.windows(2).all(|pair| pair[0].score >= pair[1].score), "best first");
        assert_eq!(chunks(&all[..7]), chunks(few), "a shorter list is the beginning of a longer one");
    }
    let none = search(index, &everything(), SearchRequest { depth: 0, ..request("whale", Some(&[1.0, 0.0])) }).await;
    assert_eq!(none, SearchResults::default());
    let skipped = search(index, &everything(), request(" ", None)).await;
    assert_eq!(skipped, SearchResults::default(), "without words and vector nothing is searched");
}

async fn a_question_is_words_not_syntax(index: &dyn Index) {
    upsert(index, document("a", 1, &["penguins: what they eat"])).await;
    let questions =
        ["\"penguins", "penguins AND (", "text:penguins~2 -eat*", "penguins OR [a TO", "+penguins^9 \\", "{penguins}"];
    for question in questions {
        assert_eq!(by_words(index, question).await, ["a@1-0"], "{question} asks for penguins");
    }
    for question in ["?!", "\u{0}", "🐧", &"xyzzy ".repeat(5_000)] {
        assert_eq!(by_words(index, question).await, [""; 0]);
    }
}

async fn what_makes_no_sense_is_invalid(index: &dyn Index) {
    let mut twice = document("a", 1, &["one", "two"]);
    twice.chunks[1].id = twice.chunks[0].id.clone();
    let refused = index.upsert(twice).await.map_err(|error| error.kind);
    assert_eq!(refused, Err(PortErrorKind::Invalid), "chunk ids are unique in a document");
    assert_eq!(sequence(index, "a").await, None, "a refused document is not there");

    upsert(index, document("a", 1, &["one"])).await;
    attach(index, "a", 1, &[(0, &[1.0, 0.0])]).await;
    for vector in [&[1.0, 0.0, 0.0][..], &[0.0, 0.0], &[f32::INFINITY, 0.0]] {
        let refused = index.search(&everything(), request("", Some(vector))).await.map_err(|error| error.kind);
        assert_eq!(refused, Err(PortErrorKind::Invalid), "a search with {vector:?} is invalid");
    }
}

async fn a_document_without_chunks_is_visible(index: &dyn Index) {
    upsert(index, document("a", 1, &["penguins"])).await;
    assert!(upsert(index, document("a", 2, &[])).await);
    assert_eq!(by_words(index, "penguins").await, [""; 0]);
    assert_eq!((sequence(index, "a").await, count(index).await), (Some(2), (1, 0)));
}

/// Versions of one document with 2 to 6 chunks replace each other while readers look.
async fn readers_never_see_half_a_document(index: Arc<dyn Index>) {
    let texts = ["marker one", "marker two", "marker three", "marker four", "marker five", "marker six"];
    let size = |sequence: u64| 2 + (sequence % 5) as usize;
    let told = async |sequence: u64| {
        upsert(&*index, document("a", sequence, &texts[..size(sequence)])).await;
        let vectors: Vec<(u32, &[f32])> = (0..size(sequence) as u32).map(|n| (n, &[1.0, 0.0][..])).collect();
        attach(&*index, "a", sequence, &vectors).await;
    };
    told(1).await;
    let done = AtomicBool::new(false);
    let reader = async || {
        let mut newest = 0;
        while !done.load(Ordering::Relaxed) {
            let results = search(&*index, &everything(), request("marker", Some(&[1.0, 0.0]))).await;
            let versions: BTreeSet<&str> =
                results.keyword.iter().chain(&results.vector).map(|hit| hit.version.as_str()).collect();
            let [version] = versions.into_iter().collect::<Vec<_>>()[..] else {
                panic!("exactly one version is seen, not {:?}", results.keyword)
            };
            let sequence: u64 = version.trim_start_matches("a@").parse().expect("a version is named by its sequence");
            assert_eq!(results.keyword.len(), size(sequence), "all chunks of {version} are seen");
            assert!([0, size(sequence)].contains(&results.vector.len()), "all vectors of {version} or none are seen");
            assert!(sequence >= newest, "time does not run backwards");
            newest = sequence;
            tokio::task::yield_now().await;
        }
    };
    let writer = async {
        for sequence in 2..40 {
            told(sequence).await;
        }
        done.store(true, Ordering::Relaxed);
    };
    futures::join!(writer, reader(), reader(), reader());
    assert_eq!(sequence(&*index, "a").await, Some(39));
}

async fn racing_writers_end_with_the_newest(index: &dyn Index) {
    let writers = (0..40_u64).map(async |number| {
        let sequence = (number * 17) % 40;
        match sequence % 4 {
            3 => remove(index, "a", sequence).await,
            _ => upsert(index, document("a", sequence, &["race"])).await,
        }
    });
    join_all(writers).await;
    assert_eq!((sequence(index, "a").await, count(index).await), (None, (0, 0)), "the newest was a removal");
    assert!(upsert(index, document("a", 40, &["race"])).await);
    assert_eq!(by_words(index, "race").await, ["a@40-0"]);
}
