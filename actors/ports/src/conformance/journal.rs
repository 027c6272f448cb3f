//! What every journal promises.

use std::sync::Arc;

use bytes::Bytes;
use cueline_protocol::ids::ExecutionId;
use futures::{channel::oneshot, future::join_all};

use crate::{
    Append, ExecutionStatus, ExecutionSummary, Journal, ListExecutions, Loaded, PortErrorKind, StoredCommit,
    StoredSnapshot,
};

/// Checks every promise of [`Journal`], each on a fresh one.
pub async fn journal_suite<F, Fut>(fresh: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Arc<dyn Journal>>,
{
    what_is_unknown_is_none(&*fresh().await).await;
    appended_commits_are_loaded_in_order(&*fresh().await).await;
    a_submitted_append_is_answered_like_one_that_is_awaited(fresh().await).await;
    an_append_on_another_version_changes_nothing(&*fresh().await).await;
    an_append_that_is_no_append_is_invalid(&*fresh().await).await;
    of_racing_appends_exactly_one_wins(&*fresh().await).await;
    racing_writers_leave_a_dense_history(&*fresh().await).await;
    loading_starts_at_the_latest_snapshot(&*fresh().await).await;
    history_goes_below_snapshots_and_pages(&*fresh().await).await;
    the_last_summary_is_kept(&*fresh().await).await;
    executions_do_not_touch_each_other(&*fresh().await).await;
    of_appends_that_come_together_those_at_fault_fail(&*fresh().await).await;
    any_bytes_come_back(&*fresh().await).await;
    lists_are_newest_first_and_filtered(&*fresh().await).await;
    a_page_continues_whatever_was_added(&*fresh().await).await;
    a_list_of_many_executions_has_each_once(&*fresh().await).await;
    open_executions_are_walked_oldest_first(&*fresh().await).await;
    what_ended_can_be_removed(&*fresh().await).await;
    a_foreign_cursor_is_invalid(&*fresh().await).await;
}

fn id(name: &str) -> ExecutionId {
    ExecutionId::new(name).expect("a valid id")
}

fn summary(name: &str, started_ms: i64) -> ExecutionSummary {
    ExecutionSummary {
        execution: id(name),
        workflow: "ingest".to_owned(),
        definition: "d41d8".to_owned(),
        tenant: "default".to_owned(),
        status: ExecutionStatus::Running,
        started_ms,
        ended_ms: 0,
        error: String::new(),
        input_hash: format!("hash of {name}"),
        parent: None,
    }
}

fn start(name: &str, started_ms: i64) -> Append {
    Append {
        execution: id(name),
        expected: 0,
        commits: vec![Bytes::from(format!("{name} 1"))],
        snapshot: None,
        summary: Some(summary(name, started_ms)),
    }
}

fn next(name: &str, expected: u64, commits: &[&str]) -> Append {
    Append {
        execution: id(name),
        expected,
        commits: commits.iter().map(|commit| Bytes::copy_from_slice(commit.as_bytes())).collect(),
        snapshot: None,
        summary: None,
    }
}

fn end(name: &str, expected: u64, started_ms: i64, status: ExecutionStatus) -> Append {
    let summary = ExecutionSummary { status, ended_ms: started_ms + 5, ..summary(name, started_ms) };
    Append { summary: Some(summary), ..next(name, expected, &["end"]) }
}

async fn append(journal: &dyn Journal, append: Append) {
    journal.append(append).await.expect("an append on the right version succeeds");
}

async fn kind(journal: &dyn Journal, append: Append) -> Option<PortErrorKind> {
    journal.append(append).await.err().map(|error| error.kind)
}

async fn bodies(journal: &dyn Journal, name: &str) -> Vec<(u64, String)> {
    let history = journal.history(&id(name), 0, 10_000).await.expect("history can be read");
    history.into_iter().map(|commit| (commit.version, String::from_utf8_lossy(&commit.body).into_owned())).collect()
}

async fn list(journal: &dyn Journal, query: ListExecutions) -> Vec<String> {
    let page = journal.list(query).await.expect("a list can be read");
    page.items.into_iter().map(|item| item.execution.to_string()).collect()
}

async fn what_is_unknown_is_none(journal: &dyn Journal) {
    assert_eq!(journal.load(&id("nobody")).await.expect("load"), None, "an unknown execution loads as none");
    assert_eq!(journal.summary(&id("nobody")).await.expect("summary"), None, "an unknown execution has no summary");
    assert_eq!(journal.history(&id("nobody"), 0, 10).await.expect("history"), [], "nor a history");
    let page = journal.list(ListExecutions::default()).await.expect("list");
    assert_eq!((page.items.len(), page.cursor), (0, None), "an empty journal lists nothing");
    let page = journal.open(None, 10).await.expect("open");
    assert_eq!((page.items.len(), page.cursor), (0, None), "and nothing is open in it");
}

async fn appended_commits_are_loaded_in_order(journal: &dyn Journal) {
    append(journal, start("a", 1)).await;
    append(journal, next("a", 1, &["two", "three"])).await;
    append(journal, next("a", 3, &["four"])).await;
    let loaded = journal.load(&id("a")).await.expect("load").expect("it is there");
    assert_eq!(loaded.version(), 4, "the version counts every commit");
    let commit = |version, body: &str| StoredCommit { version, body: Bytes::copy_from_slice(body.as_bytes()) };
    let commits = vec![commit(1, "a 1"), commit(2, "two"), commit(3, "three"), commit(4, "four")];
    assert_eq!(loaded, Loaded { snapshot: None, commits }, "commits are loaded in order");
}

async fn a_submitted_append_is_answered_like_one_that_is_awaited(journal: Arc<dyn Journal>) {
    let submit = |append: Append| {
        let (sender, answer) = oneshot::channel();
        journal.clone().submit(append, Box::new(|result| drop(sender.send(result))));
        answer
    };
    let first = submit(start("a", 1)).await.expect("an answer");
    assert_eq!(first.map_err(|error| error.kind), Ok(()), "a submitted append succeeds");
    let loaded = journal.load(&id("a")).await.expect("load").expect("it is there");
    assert_eq!(loaded.version(), 1, "what was answered is there");
    let late = submit(start("a", 2)).await.expect("an answer");
    assert_eq!(late.map_err(|error| error.kind), Err(PortErrorKind::Conflict), "a submitted append can conflict");
}

async fn an_append_on_another_version_changes_nothing(journal: &dyn Journal) {
    append(journal, start("a", 1)).await;
    append(journal, next("a", 1, &["two"])).await;
    let before = journal.load(&id("a")).await.expect("load");
    for expected in [0, 1, 3, 100] {
        let with_all = Append {
            expected,
            snapshot: Some(Bytes::from_static(b"wrong")),
            summary: Some(ExecutionSummary { status: ExecutionStatus::Failed, ..summary("a", 9) }),
            ..next("a", expected, &["wrong", "wrong too"])
        };
        assert_eq!(
            kind(journal, with_all).await,
            Some(PortErrorKind::Conflict),
            "an append on version {expected} conflicts with version 2"
        );
    }
    assert_eq!(kind(journal, next("b", 1, &["x"])).await, Some(PortErrorKind::Conflict), "nothing is at version 0");
    assert_eq!(journal.load(&id("a")).await.expect("load"), before, "a conflict writes no commit and no snapshot");
    let found = journal.summary(&id("a")).await.expect("summary");
    assert_eq!(found, Some(summary("a", 1)), "a conflict writes no summary");
    assert_eq!(journal.load(&id("b")).await.expect("load"), None, "a conflict creates nothing");
}

async fn an_append_that_is_no_append_is_invalid(journal: &dyn Journal) {
    let without = Append { summary: None, ..start("a", 1) };
    assert_eq!(kind(journal, without).await, Some(PortErrorKind::Invalid), "a start needs a summary");
    let foreign = Append { summary: Some(summary("b", 1)), ..start("a", 1) };
    assert_eq!(kind(journal, foreign).await, Some(PortErrorKind::Invalid), "the summary is about the execution");
    let empty = Append { commits: vec![], ..start("a", 1) };
    assert_eq!(kind(journal, empty).await, Some(PortErrorKind::Invalid), "a start needs a commit");
    assert_eq!(journal.load(&id("a")).await.expect("load"), None, "an invalid append creates nothing");
}

async fn of_racing_appends_exactly_one_wins(journal: &dyn Journal) {
    let starts =
        (0..16).map(|n| journal.append(Append { commits: vec![Bytes::from(format!("{n}"))], ..start("a", n) }));
    check_one_winner(&join_all(starts).await);
    let nexts = (0..16).map(|n| journal.append(next("a", 1, &[&format!("next {n}")])));
    check_one_winner(&join_all(nexts).await);
    let versions: Vec<_> = bodies(journal, "a").await.into_iter().map(|(version, _)| version).collect();
    assert_eq!(versions, [1, 2], "the losers wrote nothing");
}

fn check_one_winner(results: &[crate::PortResult<()>]) {
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "exactly one of racing appends wins");
    let lost = results.iter().filter_map(|result| result.as_ref().err());
    assert!(lost.into_iter().all(|error| error.kind == PortErrorKind::Conflict), "the others lose by a conflict");
}

async fn racing_writers_leave_a_dense_history(journal: &dyn Journal) {
    append(journal, start("a", 1)).await;
    let writers = (0..4).map(|writer| async move {
        let mut written = 0;
        while written < 10 {
            let version = journal.load(&id("a")).await.expect("load").expect("it is there").version();
            let body = format!("{writer}:{written}");
            match journal.append(next("a", version, &[&body])).await {
                Ok(()) => written += 1,
                Err(error) => assert_eq!(error.kind, PortErrorKind::Conflict, "a loser sees a conflict"),
            }
        }
    });
    join_all(writers).await;
    let found = bodies(journal, "a").await;
    let versions: Vec<_> = found.iter().map(|(version, _)| *version).collect();
    assert_eq!(versions, (1..=41).collect::<Vec<_>>(), "versions are dense");
    for writer in 0..4 {
        let own: Vec<_> = found.iter().filter(|(_, body)| body.starts_with(&format!("{writer}:"))).collect();
        assert_eq!(own.len(), 10, "every acknowledged commit of a writer is there once");
        assert!(own.windows(2).all(|pair| pair[0].1 < pair[1].1), "in the order in which it was written");
    }
}

async fn loading_starts_at_the_latest_snapshot(journal: &dyn Journal) {
    append(journal, Append { snapshot: Some(Bytes::from_static(b"at 1")), ..start("a", 1) }).await;
    append(journal, next("a", 1, &["two"])).await;
    append(journal, Append { snapshot: Some(Bytes::from_static(b"at 4")), ..next("a", 2, &["three", "four"]) }).await;
    let snapshot = StoredSnapshot { version: 4, body: Bytes::from_static(b"at 4") };
    let loaded = journal.load(&id("a")).await.expect("load").expect("it is there");
    let expected = Loaded { snapshot: Some(snapshot.clone()), commits: vec![] };
    assert_eq!(loaded, expected, "a snapshot stands for the commits up to the last one appended with it");
    assert_eq!(loaded.version(), 4, "and has their version");
    append(journal, next("a", 4, &["five"])).await;
    let five = StoredCommit { version: 5, body: Bytes::from_static(b"five") };
    let loaded = journal.load(&id("a")).await.expect("load").expect("it is there");
    assert_eq!(loaded, Loaded { snapshot: Some(snapshot), commits: vec![five] }, "commits after it are loaded");
}

async fn history_goes_below_snapshots_and_pages(journal: &dyn Journal) {
    append(journal, start("a", 1)).await;
    for version in 1..20 {
        let snapshot = (version % 7 == 0).then(|| Bytes::from_static(b"state"));
        append(journal, Append { snapshot, ..next("a", version, &[&version.to_string()]) }).await;
    }
    let mut after = 0;
    let mut seen = Vec::new();
    loop {
        let page = journal.history(&id("a"), after, 6).await.expect("history");
        assert!(page.len() <= 6, "history has at most `limit` commits");
        let Some(last) = page.last() else { break };
        after = last.version;
        seen.extend(page.iter().map(|commit| commit.version));
    }
    assert_eq!(seen, (1..=20).collect::<Vec<_>>(), "history begins at the first commit, snapshots or not");
}

async fn the_last_summary_is_kept(journal: &dyn Journal) {
    append(journal, start("a", 1)).await;
    append(journal, next("a", 1, &["x"])).await;
    assert_eq!(journal.summary(&id("a")).await.expect("summary"), Some(summary("a", 1)), "it is kept when not given");
    let ended = ExecutionSummary {
        status: ExecutionStatus::TimedOut,
        ended_ms: 77,
        error: "States.Timeout".to_owned(),
        parent: Some("parent-1".to_owned()),
        ..summary("a", 1)
    };
    append(journal, Append { summary: Some(ended.clone()), ..next("a", 2, &["y"]) }).await;
    assert_eq!(journal.summary(&id("a")).await.expect("summary"), Some(ended), "the last one given is kept");
}

async fn executions_do_not_touch_each_other(journal: &dyn Journal) {
    let starts: Vec<_> = (0..50).map(|n| format!("e{n}")).collect();
    join_all(starts.iter().map(|name| append(journal, start(name, 1)))).await;
    let conflicting = journal.append(next("e0", 9, &["wrong"]));
    let fine = join_all(starts.iter().map(|name| append(journal, next(name, 1, &[name]))));
    let (conflict, _) = futures::future::join(conflicting, fine).await;
    assert_eq!(conflict.err().map(|error| error.kind), Some(PortErrorKind::Conflict), "a conflict stays alone");
    for name in &starts {
        let expected = vec![(1, format!("{name} 1")), (2, name.clone())];
        assert_eq!(bodies(journal, name).await, expected, "executions that write at once do not mix");
    }
}

/// Starts, ends and steps of many executions at once: an adapter may write them together, and who is at fault is still told
/// alone.
async fn of_appends_that_come_together_those_at_fault_fail(journal: &dyn Journal) {
    const MANY: i64 = 96;
    let name = |n: i64| format!("e-{n}");
    for n in (0..MANY).filter(|n| n % 3 != 0) {
        append(journal, start(&name(n), n)).await;
    }
    // By threes: new, started already, and one that ends on a version that may be wrong.
    let appends = (0..MANY).map(|n| match n % 3 {
        0 | 1 => start(&name(n), n),
        _ => end(&name(n), if n % 2 == 0 { 1 } else { 2 }, n, ExecutionStatus::Succeeded),
    });
    let told = join_all(appends.map(|append| kind(journal, append))).await;
    for (n, told) in (0..MANY).zip(told) {
        let is_at_fault = n % 3 == 1 || (n % 3 == 2 && n % 2 == 1);
        assert_eq!(told, is_at_fault.then_some(PortErrorKind::Conflict), "append {n}");
        let length = if n % 3 == 2 && !is_at_fault { 2 } else { 1 };
        assert_eq!(bodies(journal, &name(n)).await.len(), length, "a failed append leaves nothing, {n}");
        let summary = journal.summary(&id(&name(n))).await.expect("summary").expect("a row");
        assert_eq!(summary.status == ExecutionStatus::Running, length == 1, "rows go with commits, {n}");
    }
}

async fn any_bytes_come_back(journal: &dyn Journal) {
    let all: Bytes = (0..=255).collect::<Vec<u8>>().into();
    let large = Bytes::from(vec![7; 300_000]);
    let commits = vec![Bytes::new(), all.clone(), large.clone()];
    append(journal, Append { commits: commits.clone(), ..start("a", 1) }).await;
    let found = journal.history(&id("a"), 0, 10).await.expect("history");
    assert!(found.iter().map(|commit| &commit.body).eq(&commits), "bodies come back as they were");
    append(journal, Append { snapshot: Some(Bytes::new()), ..next("a", 3, &["x"]) }).await;
    let snapshot = journal.load(&id("a")).await.expect("load").and_then(|loaded| loaded.snapshot);
    assert_eq!(snapshot, Some(StoredSnapshot { version: 4, body: Bytes::new() }), "an empty snapshot is a snapshot");
}

async fn lists_are_newest_first_and_filtered(journal: &dyn Journal) {
    for (name, at) in [("a-1", 10), ("a-2", 30), ("b-1", 20), ("b-2", 40)] {
        let mut start = start(name, at);
        if let Some(summary) = start.summary.as_mut().filter(|_| name.starts_with('b')) {
            summary.workflow = "ask".to_owned();
        }
        append(journal, start).await;
    }
    append(journal, end("a-1", 1, 10, ExecutionStatus::Succeeded)).await;
    append(journal, end("a-2", 1, 30, ExecutionStatus::Failed)).await;
    let all = ListExecutions::default;
    assert_eq!(list(journal, all()).await, ["b-2", "a-2", "b-1", "a-1"], "lists are newest start first");
    let running = ListExecutions { status: Some(ExecutionStatus::Running), ..all() };
    assert_eq!(list(journal, running).await, ["b-2", "b-1"], "a status filters");
    let failed = ListExecutions { status: Some(ExecutionStatus::Failed), ..all() };
    assert_eq!(list(journal, failed).await, ["a-2"], "a status that changed filters by the new one");
    let ask = ListExecutions { workflow: Some("ask".to_owned()), ..all() };
    assert_eq!(list(journal, ask).await, ["b-2", "b-1"], "a workflow filters");
    let prefix = ListExecutions { id_prefix: Some("a-".to_owned()), ..all() };
    assert_eq!(list(journal, prefix).await, ["a-2", "a-1"], "a prefix of the id filters");
    let together = ListExecutions {
        status: Some(ExecutionStatus::Succeeded),
        workflow: Some("ingest".to_owned()),
        id_prefix: Some("a".to_owned()),
        ..all()
    };
    assert_eq!(list(journal, together).await, ["a-1"], "filters hold together");
    let page = journal.list(all()).await.expect("list");
    assert_eq!(page.cursor, None, "the last page has no cursor");
    let found = page.items.into_iter().find(|item| item.execution == id("b-1"));
    let expected = ExecutionSummary { workflow: "ask".to_owned(), ..summary("b-1", 20) };
    assert_eq!(found, Some(expected), "a list has whole summaries");
}

async fn a_page_continues_whatever_was_added(journal: &dyn Journal) {
    for n in 0..10 {
        append(journal, start(&format!("e{n}"), 100 + n)).await;
    }
    let query = |cursor| ListExecutions { cursor, limit: 4, ..ListExecutions::default() };
    let first = journal.list(query(None)).await.expect("list");
    for n in 10..15 {
        append(journal, start(&format!("e{n}"), 100 + n)).await;
    }
    let second = journal.list(query(first.cursor.clone())).await.expect("list");
    let third = journal.list(query(second.cursor.clone())).await.expect("list");
    let names = |page: &crate::Page<ExecutionSummary>| {
        page.items.iter().map(|item| item.execution.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(&first), ["e9", "e8", "e7", "e6"], "the first page has the newest");
    assert_eq!(names(&second), ["e5", "e4", "e3", "e2"], "the second continues after its last row");
    assert_eq!((names(&third), third.cursor.clone()), (vec!["e1".to_owned(), "e0".to_owned()], None), "to the end");
}

async fn a_list_of_many_executions_has_each_once(journal: &dyn Journal) {
    // Many share a start: the order among them is the journal's, but a page border may fall between them.
    join_all((0..60).map(|n| append(journal, start(&format!("e{n}"), 5 + i64::from(n) / 25)))).await;
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let query = ListExecutions { cursor, limit: 7, ..ListExecutions::default() };
        let page = journal.list(query).await.expect("list");
        assert!(page.items.len() <= 7, "a page has at most `limit` rows");
        seen.extend(page.items.into_iter().map(|item| (item.started_ms, item.execution)));
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert!(seen.windows(2).all(|pair| pair[0].0 >= pair[1].0), "pages together are newest first");
    assert_eq!(seen.len(), 60, "pages together have every execution");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 60, "each once");
}

async fn open_executions_are_walked_oldest_first(journal: &dyn Journal) {
    for n in 0..9 {
        append(journal, start(&format!("e{n}"), 200 - n)).await;
    }
    append(journal, end("e4", 1, 196, ExecutionStatus::Aborted)).await;
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = journal.open(cursor, 3).await.expect("open");
        assert!(page.items.len() <= 3, "a page has at most `limit` rows");
        for execution in page.items {
            // What ends while the sweep walks must not make it skip others.
            let name = execution.to_string();
            let started_ms = 200 - name[1..].parse::<i64>().expect("a number");
            append(journal, end(&name, 1, started_ms, ExecutionStatus::Succeeded)).await;
            seen.push(name);
        }
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["e8", "e7", "e6", "e5", "e3", "e2", "e1", "e0"], "what is open is walked oldest first");
    assert_eq!(journal.open(None, 3).await.expect("open").items, [], "nothing is open at the end");
}

async fn what_ended_can_be_removed(journal: &dyn Journal) {
    journal.remove(&id("nobody")).await.expect("removing what is not there is fine");
    append(journal, Append { snapshot: Some(Bytes::from_static(b"s")), ..start("a", 1) }).await;
    append(journal, start("b", 2)).await;
    let running = journal.remove(&id("a")).await.err().map(|error| error.kind);
    assert_eq!(running, Some(PortErrorKind::Conflict), "what has not ended is not removed");
    append(journal, end("a", 1, 1, ExecutionStatus::Succeeded)).await;
    journal.remove(&id("a")).await.expect("what ended is removed");
    assert_eq!(journal.load(&id("a")).await.expect("load"), None, "it loads as none");
    assert_eq!(journal.summary(&id("a")).await.expect("summary"), None, "it has no summary");
    assert_eq!(journal.history(&id("a"), 0, 10).await.expect("history"), [], "it has no history");
    assert_eq!(list(journal, ListExecutions::default()).await, ["b"], "it is in no list");
    assert_eq!(kind(journal, next("a", 2, &["x"])).await, Some(PortErrorKind::Conflict), "it is at no version");
    append(journal, start("a", 3)).await;
    let loaded = journal.load(&id("a")).await.expect("load").expect("it is there");
    assert_eq!((loaded.version(), loaded.snapshot), (1, None), "the same id can start anew");
    assert_eq!(bodies(journal, "b").await, [(1, "b 1".to_owned())], "others are untouched");
}

async fn a_foreign_cursor_is_invalid(journal: &dyn Journal) {
    let query = ListExecutions { cursor: Some("no such cursor".to_owned()), ..ListExecutions::default() };
    let listed = journal.list(query).await.err().map(|error| error.kind);
    assert_eq!(listed, Some(PortErrorKind::Invalid), "a cursor that no list gave is invalid");
    let opened = journal.open(Some("no such cursor".to_owned()), 3).await.err().map(|error| error.kind);
    assert_eq!(opened, Some(PortErrorKind::Invalid), "a cursor that no list gave is invalid");
}
