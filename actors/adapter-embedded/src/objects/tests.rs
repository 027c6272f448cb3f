//! What only this adapter promises; the rest is in the suite of the port.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs,
    io::Write,
    os::unix::{ffi::OsStrExt, fs::symlink, net::UnixListener},
    path::PathBuf,
    pin::Pin,
    time::Duration,
};

use bytes::Bytes;
use cueline_ports::{ObjectChange, ObjectChangeKind, Objects, PortErrorKind, PutCondition};
use cueline_protocol::ids::BucketName;
use futures::{Stream, StreamExt};
use tempfile::TempDir;
use tokio::time::timeout;

use super::{Durability, FileObjects, FileObjectsOptions, Watch};

const LONG: Duration = Duration::from_secs(20);
/// Longer than it takes to tell anything that is going to be told.
const QUIET: Duration = Duration::from_millis(600);

struct Inbox {
    directory: TempDir,
    objects: FileObjects,
    bucket: BucketName,
}

type Changes = Pin<Box<dyn Stream<Item = ObjectChange> + Send>>;

impl Inbox {
    fn new(watch: Watch) -> Self {
        let directory = TempDir::new().unwrap();
        let bucket = BucketName::new("inbox").unwrap();
        let mapped = [(bucket.clone(), directory.path().join("inbox"))].into();
        let options = FileObjectsOptions { mapped, watch, ..FileObjectsOptions::default() };
        let objects = FileObjects::open(directory.path().join("objects"), options).unwrap();
        Self { directory, objects, bucket }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join("inbox").join(name)
    }

    fn write(&self, name: &str, body: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, body).unwrap();
    }

    async fn keys(&self) -> Vec<String> {
        let page = self.objects.list(&self.bucket, "", None, 10_000).await.unwrap();
        page.items.into_iter().map(|item| item.key).collect()
    }

    async fn get(&self, key: &str) -> Result<String, PortErrorKind> {
        let found = self.objects.get(&self.bucket, key).await;
        found.map(|(_, body)| String::from_utf8_lossy(&body).into_owned()).map_err(|error| error.kind)
    }

    async fn put(&self, key: &str) -> Option<PortErrorKind> {
        let put = self.objects.put(&self.bucket, key, Bytes::from_static(b"x"), PutCondition::Any).await;
        put.err().map(|error| error.kind)
    }

    async fn changes(&self) -> Changes {
        self.objects.changes(&self.bucket).await.unwrap()
    }
}

/// `+key` and `-key`, in the order in which they are told, until nothing more is.
async fn told(changes: &mut Changes) -> Vec<String> {
    let mut told = Vec::new();
    let mut wait = LONG;
    while let Ok(Some(change)) = timeout(wait, changes.next()).await {
        wait = QUIET;
        told.push(match change.kind {
            ObjectChangeKind::Written { .. } => format!("+{}", change.key),
            ObjectChangeKind::Deleted => format!("-{}", change.key),
        });
    }
    told
}

#[tokio::test]
async fn a_folder_of_people_is_listed_as_it_is() {
    let inbox = Inbox::new(Watch::Native);
    for name in ["b.txt", "a/x.txt", "100%.txt", " leading", "trailing.", "a\\b", "new\nline", ".hidden"] {
        inbox.write(name, name);
        assert_eq!(inbox.get(name).await.as_deref(), Ok(name));
    }
    let foreign = inbox.path("").join(OsStr::from_bytes(b"caf\xE9 100%.txt"));
    fs::write(foreign, "foreign").unwrap();
    assert_eq!(inbox.get("caf%E9 100%25.txt").await.as_deref(), Ok("foreign"));
    fs::create_dir(inbox.path("").join(OsStr::from_bytes(b"d\xFF"))).unwrap();
    fs::write(inbox.path("").join(OsStr::from_bytes(b"d\xFF/in.txt")), "below").unwrap();
    assert_eq!(inbox.get("d%FF/in.txt").await.as_deref(), Ok("below"));
    let keys = [
        " leading",
        ".hidden",
        "100%.txt",
        "a/x.txt",
        "a\\b",
        "b.txt",
        "caf%E9 100%25.txt",
        "d%FF/in.txt",
        "new\nline",
        "trailing.",
    ];
    assert_eq!(inbox.keys().await, keys);
    inbox.objects.delete(&inbox.bucket, "caf%E9 100%25.txt").await.unwrap();
    assert_eq!(inbox.get("caf%E9 100%25.txt").await, Err(PortErrorKind::NotFound));
}

#[tokio::test]
async fn links_that_leave_the_folder_are_not_followed() {
    let inbox = Inbox::new(Watch::Native);
    let outside = inbox.directory.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret"), "secret").unwrap();
    inbox.write("inside", "inside");
    symlink(outside.join("secret"), inbox.path("to-file")).unwrap();
    symlink(&outside, inbox.path("to-folder")).unwrap();
    symlink("../outside/secret", inbox.path("relative")).unwrap();
    symlink("inside", inbox.path("stays")).unwrap();
    symlink("circle", inbox.path("circle")).unwrap();
    symlink(".", inbox.path("here")).unwrap();
    assert_eq!(inbox.keys().await, ["inside", "stays"]);
    for key in ["to-file", "to-folder/secret", "relative", "circle"] {
        assert_eq!(inbox.get(key).await, Err(PortErrorKind::NotFound), "{key}");
    }
    assert_eq!(inbox.get("stays").await.as_deref(), Ok("inside"));
    assert_eq!(inbox.put("to-folder/new").await, Some(PortErrorKind::Invalid));
    assert_eq!(inbox.put("to-folder/deep/new").await, Some(PortErrorKind::Invalid));
    let deleted = inbox.objects.delete(&inbox.bucket, "to-folder/secret").await;
    assert_eq!(deleted.err().map(|error| error.kind), Some(PortErrorKind::Invalid));
    assert_eq!(inbox.put("to-file").await, None);
    assert_eq!(fs::read_to_string(outside.join("secret")).unwrap(), "secret");
    assert_eq!(inbox.get("to-file").await.as_deref(), Ok("x"));
}

#[tokio::test]
async fn what_is_no_file_is_no_object() {
    let inbox = Inbox::new(Watch::Native);
    inbox.write("file", "x");
    let _socket = UnixListener::bind(inbox.path("socket")).unwrap();
    let piped = std::process::Command::new("mkfifo").arg(inbox.path("pipe")).status();
    assert_eq!(inbox.keys().await, ["file"]);
    assert_eq!(inbox.get("socket").await, Err(PortErrorKind::NotFound));
    if piped.is_ok_and(|status| status.success()) {
        let get = timeout(LONG, inbox.get("pipe")).await;
        assert_eq!(get.unwrap(), Err(PortErrorKind::NotFound));
    }
}

/// Reproduces: one folder that could not be read hid every file of the inbox, new or deleted. A folder beyond the longest
/// path is closed to everybody, also to the user that runs the tests.
#[tokio::test]
async fn a_folder_that_cannot_be_read_hides_nothing_else() {
    let inbox = Inbox::new(Watch::Poll(Duration::from_millis(20)));
    inbox.write("a.txt", "a");
    inbox.write("closed/here.txt", "not there any more when it is closed");
    inbox.write("z.txt", "z");
    assert_eq!(inbox.keys().await, ["a.txt", "closed/here.txt", "z.txt"]);
    assert_eq!(inbox.objects.unreadable(&inbox.bucket).await.unwrap(), Vec::<String>::new());

    let deep = |root: &str| (0..12).fold(inbox.directory.path().join(root), |path, _| path.join("d".repeat(200)));
    fs::create_dir_all(deep("inbox/closed")).unwrap();
    fs::create_dir_all(deep("elsewhere")).unwrap();
    let below = "d".repeat(200);
    fs::rename(inbox.directory.path().join("elsewhere"), deep("inbox/closed").join(&below)).unwrap();
    let mut changes = inbox.changes().await;
    assert_eq!(inbox.keys().await, ["a.txt", "closed/here.txt", "z.txt"]);
    let unreadable = inbox.objects.unreadable(&inbox.bucket).await.unwrap();
    assert_eq!(unreadable.len(), 1, "{unreadable:?}");
    assert!(unreadable[0].starts_with("closed/d"), "{unreadable:?}");

    inbox.write("new.txt", "new");
    fs::remove_file(inbox.path("a.txt")).unwrap();
    assert_eq!(told(&mut changes).await, ["-a.txt", "+new.txt"]);
    assert_eq!(inbox.keys().await, ["closed/here.txt", "new.txt", "z.txt"]);
    fs::rename(deep("inbox/closed").join(&below), inbox.directory.path().join("elsewhere")).unwrap();
    assert_eq!(inbox.objects.unreadable(&inbox.bucket).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn keys_that_no_file_can_have_are_refused() {
    let inbox = Inbox::new(Watch::Native);
    inbox.write("file", "x");
    for key in ["", "..", "../x", "/x", "a//b", "a/", "a\0", &"x".repeat(300), "file/below", ".cueline-1"] {
        assert_eq!(inbox.put(key).await, Some(PortErrorKind::Invalid), "{key:?}");
    }
    inbox.write("folder/x", "x");
    assert_eq!(inbox.put("folder").await, Some(PortErrorKind::Invalid));
    assert_eq!(inbox.keys().await, ["file", "folder/x"]);
}

#[tokio::test]
async fn a_folder_that_is_gone_is_not_an_empty_one() {
    let inbox = Inbox::new(Watch::Native);
    inbox.write("file", "x");
    fs::rename(inbox.path(""), inbox.directory.path().join("elsewhere")).unwrap();
    let error = inbox.objects.list(&inbox.bucket, "", None, 10).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Unavailable);
    assert!(error.message.starts_with("object_folder_gone: "), "{error}");
}

#[tokio::test]
async fn a_large_folder_is_listed_in_pages_while_it_changes() {
    let inbox = Inbox::new(Watch::Native);
    fs::create_dir_all(inbox.path("d")).unwrap();
    (0..3_000).for_each(|n| fs::write(inbox.path(&format!("d/f{n:04}")), "x").unwrap());
    let old = std::time::SystemTime::now() - Duration::from_secs(60);
    fs::File::open(inbox.path("d")).unwrap().set_modified(old).unwrap();
    let page = async |cursor| inbox.objects.list(&inbox.bucket, "", cursor, 1_000).await.unwrap();
    let first = page(None).await;
    let second = page(first.cursor.clone()).await;
    assert_eq!(second.items[999].key, "d/f1999");
    fs::remove_file(inbox.path("d/f2000")).unwrap();
    inbox.write("d/f2001a", "x");
    let third = page(second.cursor).await;
    assert_eq!(third.items[0].key, "d/f2001");
    assert_eq!(third.items[1].key, "d/f2001a");
    assert_eq!((third.items.len(), third.cursor), (1_000, None));
    assert_eq!(page(None).await.items, first.items);
}

#[tokio::test]
async fn a_put_is_there_for_another_process_and_leaves_nothing_beside_it() {
    let directory = TempDir::new().unwrap();
    let bucket = BucketName::new("payloads").unwrap();
    for durability in [Durability::Synced, Durability::Lazy] {
        let objects = FileObjects::open(directory.path(), FileObjectsOptions::default()).unwrap();
        let key = format!("ab/{durability:?}");
        for condition in [PutCondition::Absent, PutCondition::Any] {
            let put = objects.put_with(&bucket, &key, Bytes::from_static(b"x"), condition, durability).await.unwrap();
            let other = FileObjects::open(directory.path(), FileObjectsOptions::default()).unwrap();
            assert_eq!(other.head(&bucket, &key).await.unwrap(), put);
        }
        let again = objects.put_with(&bucket, &key, Bytes::new(), PutCondition::Absent, durability).await;
        assert_eq!(again.unwrap_err().kind, PortErrorKind::Conflict);
    }
    let names = fs::read_dir(directory.path().join("payloads%/ab%-")).unwrap();
    let names: BTreeSet<_> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names, ["Lazy".to_owned(), "Synced".to_owned()].into());
}

async fn check_changes(watch: Watch) {
    let inbox = Inbox::new(watch);
    inbox.write("old.txt", "old");
    inbox.write("folder/old.txt", "old");
    let mut changes = inbox.changes().await;
    inbox.write("new.txt", "new");
    assert_eq!(told(&mut changes).await, ["+new.txt"]);
    inbox.write("new.txt", "newer");
    assert_eq!(told(&mut changes).await, ["+new.txt"]);
    fs::rename(inbox.path("new.txt"), inbox.path("renamed.txt")).unwrap();
    let renamed: BTreeSet<_> = told(&mut changes).await.into_iter().collect();
    assert_eq!(renamed, ["+renamed.txt".to_owned(), "-new.txt".to_owned()].into());
    fs::remove_file(inbox.path("renamed.txt")).unwrap();
    assert_eq!(told(&mut changes).await, ["-renamed.txt"]);
    inbox.write("fresh/deep/er/file.txt", "x");
    assert_eq!(told(&mut changes).await, ["+fresh/deep/er/file.txt"]);
    fs::rename(inbox.path("fresh"), inbox.path("moved")).unwrap();
    let moved: BTreeSet<_> = told(&mut changes).await.into_iter().collect();
    assert_eq!(moved, ["+moved/deep/er/file.txt".to_owned(), "-fresh/deep/er/file.txt".to_owned()].into());
    fs::remove_dir_all(inbox.path("folder")).unwrap();
    assert_eq!(told(&mut changes).await, ["-folder/old.txt"]);
    inbox.write(".cueline-1", "unfinished");
    fs::create_dir(inbox.path("empty")).unwrap();
    symlink("/etc/passwd", inbox.path("link")).unwrap();
    inbox.write("last", "x");
    assert_eq!(told(&mut changes).await, ["+last"]);
}

#[tokio::test]
async fn changes_of_a_folder_are_told() {
    check_changes(Watch::Native).await;
}

#[tokio::test]
async fn changes_of_a_folder_that_is_polled_are_told() {
    check_changes(Watch::Poll(Duration::from_millis(20))).await;
}

#[tokio::test]
async fn a_file_that_grows_is_told_once() {
    for watch in [Watch::Native, Watch::Poll(Duration::from_millis(10))] {
        let inbox = Inbox::new(watch);
        let mut changes = inbox.changes().await;
        let path = inbox.path("growing");
        let writer = tokio::task::spawn_blocking(move || {
            let mut file = fs::File::create(path).unwrap();
            for _ in 0..20 {
                file.write_all(&[b'x'; 1_000]).unwrap();
                std::thread::sleep(Duration::from_millis(30));
            }
        });
        let change = timeout(LONG, changes.next()).await.unwrap().unwrap();
        assert!(matches!(change.kind, ObjectChangeKind::Written { size: 20_000, .. }), "{change:?}");
        writer.await.unwrap();
        assert!(timeout(QUIET, changes.next()).await.is_err());
    }
}

#[tokio::test]
async fn a_thousand_files_at_once_are_all_told() {
    let inbox = Inbox::new(Watch::Native);
    let mut changes = inbox.changes().await;
    for n in 0..1_000 {
        inbox.write(&format!("d{}/f{n:03}", n % 10), "x");
    }
    let mut distinct = BTreeSet::new();
    for n in 0..1_000 {
        let change = timeout(LONG, changes.next()).await.unwrap_or_else(|_| panic!("told {n} of them")).unwrap();
        assert!(distinct.insert(change.key.to_string()), "{} is told twice", change.key);
    }
    assert_eq!(told(&mut changes).await, [""; 0]);
}

#[tokio::test]
async fn a_file_in_a_folder_that_appears_just_now_is_told() {
    const FOLDERS: u32 = 400;
    let inbox = Inbox::new(Watch::Native);
    let mut changes = inbox.changes().await;
    for n in 0..FOLDERS {
        fs::create_dir(inbox.path(&format!("d{n}"))).unwrap();
        // Somewhere between "the folder is told of" and "it is watched".
        let began = std::time::Instant::now();
        while began.elapsed() < Duration::from_micros(u64::from(n % 100) * 2) {
            std::hint::spin_loop();
        }
        inbox.write(&format!("d{n}/file"), "x");
    }
    for n in 0..FOLDERS {
        timeout(LONG, changes.next()).await.unwrap_or_else(|_| panic!("told {n} of {FOLDERS}")).unwrap();
    }
}

#[tokio::test]
async fn watching_ends_with_its_listener() {
    let inbox = Inbox::new(Watch::Poll(Duration::from_millis(10)));
    let watchers = || {
        let tasks = fs::read_dir("/proc/self/task").ok()?;
        let names = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("comm")).ok());
        Some(names.filter(|name| name.starts_with("objects-watch")).count())
    };
    let before = watchers();
    let changes = inbox.changes().await;
    drop(changes);
    for _ in 0..100 {
        if watchers() <= before {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the thread goes on without a listener");
}
