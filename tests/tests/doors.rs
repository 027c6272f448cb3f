//! The S3 and EventBridge doors of the real binary, and clients that nobody here wrote: the AWS CLI, boto3, the JavaScript
//! SDK and, by way of our own adapters, the Rust SDK.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test is an assertion and says what it saw"
)]
#![cfg(all(feature = "aws", feature = "system"))]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    pin::Pin,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use cueline_aws::{
    Connection, Meter,
    eventbridge::EventBridgeBus,
    s3::{Place, S3Objects, S3Options},
};
use cueline_ports::{
    Bus, BusEvent, ObjectChange, ObjectChangeKind, ObjectMeta, Objects, Page, PortResult, PutCondition,
    conformance::{bus_suite, object_keys_suite, objects_suite},
};
use cueline_protocol::{ids::BucketName, v1::TraceContext};
use cueline_tests::{clients, system::Cueline};
use futures::{Stream, StreamExt, stream};
use serde_json::{Value, json};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);
const GREET: &str = r#"{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#;

/// A running system with open doors.
struct House {
    cueline: Cueline,
    /// Holds data, configuration and definitions.
    place: TempDir,
    endpoint: String,
    key: String,
    secret: String,
}

/// Every pattern there is, each with an event that matches and one that does not.
fn cases() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/data/doors/patterns.json"))
}

fn patterns() -> Vec<Value> {
    serde_json::from_str(&fs::read_to_string(cases()).unwrap()).unwrap()
}

impl House {
    /// A rule and a workflow for every pattern, named after it, and one that an event asks for by name.
    fn open() -> Self {
        let place = TempDir::new().unwrap();
        let definitions = place.path().join("definitions");
        fs::create_dir(&definitions).unwrap();
        fs::write(definitions.join("greet.asl.json"), GREET).unwrap();
        let mut config = "definitions = 'definitions'\n".to_owned();
        for case in patterns() {
            let name = case["name"].as_str().unwrap();
            let mut pattern = json!({"source": ["clients"], "detail": case["pattern"]});
            pattern["detail"]["case"] = json!([name]);
            config.push_str(&format!(
                "[rules.{name}]\npattern = '''{pattern}'''\nworkflow = 'on-{name}'\ninput = {{ case = '$.detail.case' }}\n"
            ));
            fs::write(definitions.join(format!("on-{name}.asl.json")), GREET).unwrap();
        }
        fs::write(place.path().join("cueline.toml"), config).unwrap();
        let mut house = Self {
            cueline: Cueline::on(&place.path().join("data")),
            place,
            endpoint: String::new(),
            key: String::new(),
            secret: String::new(),
        };
        house.up();
        house
    }

    fn up(&mut self) {
        let config = self.place.path().join("cueline.toml");
        self.cueline.up_with(&["--config", config.to_str().unwrap()]).unwrap();
        let doors = self.cueline.json(&["doors"]).unwrap();
        let said = |name: &str| doors[name].as_str().unwrap().to_owned();
        (self.endpoint, self.key) = (said("endpoint"), said("access_key_id"));
        self.secret = said("secret_access_key");
    }

    fn client(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.place.path()).envs([
            ("AWS_ENDPOINT_URL", self.endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", &self.key),
            ("AWS_SECRET_ACCESS_KEY", &self.secret),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_CONFIG_FILE", "no-such-file"),
            ("AWS_SHARED_CREDENTIALS_FILE", "no-such-file"),
        ]);
        command
    }

    async fn connection(&self) -> Connection {
        Connection::at(&self.endpoint, "us-east-1", &self.key, &self.secret).await
    }

    /// Executions of a workflow, waiting until there are so many.
    fn started(&self, workflow: &str, wanted: usize) -> Vec<Value> {
        let until = Instant::now() + PATIENCE;
        loop {
            let listed = self.cueline.json(&["executions", "list", "--workflow", workflow, "--limit", "1000"]).unwrap();
            let items = listed["items"].as_array().unwrap_or_else(|| panic!("{listed}")).clone();
            if items.len() >= wanted {
                return items;
            }
            assert!(Instant::now() < until, "{} executions of {workflow}, {wanted} wanted", items.len());
            // The system under test is another process: its clock is the wall's.
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Every pattern started its workflow exactly so often: a miss was published before each match.
    fn matched(&self, times: usize) {
        for case in patterns() {
            let workflow = format!("on-{}", case["name"].as_str().unwrap());
            let started = self.started(&workflow, times);
            assert_eq!(started.len(), times, "{workflow}: {started:?}");
        }
    }
}

fn finished(command: &mut Command) -> String {
    let done = command.output().unwrap();
    let (out, errors) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{command:?}\n{out}\n{errors}");
    out.into_owned()
}

/// Whatever a client needs, or why the test is skipped.
fn there<T>(test: &str, client: anyhow::Result<T>) -> Option<T> {
    client.map_err(|reason| eprintln!("{test}: skipped: {reason:#}")).ok()
}

#[test]
fn the_aws_cli_works_unchanged() {
    let Some(bin) = there("the_aws_cli_works_unchanged", clients::python()) else { return };
    let house = House::open();
    let aws = |line: &[&str]| finished(house.client(bin.join("aws")).args(line));
    let version = house.client(bin.join("aws")).arg("--version").output().unwrap();
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let write = |name: &str, bytes: &[u8]| fs::write(house.place.path().join(name), bytes).unwrap();
    let read = |name: &str| fs::read(house.place.path().join(name)).unwrap();
    let large: Vec<u8> = (0..9_u32 << 20).map(|at| (at % 251) as u8).collect();
    write("notes.md", b"# Notice\n\nThe notice period is three months.\n");
    write("large.bin", &large);

    // A file that is dropped so is ingested like one in the folder.
    aws(&["s3", "cp", "notes.md", "s3://inbox/notes.md"]);
    let documents = house.cueline.settled(1, PATIENCE).unwrap();
    assert_eq!((&documents[0]["key"], &documents[0]["state"]), (&json!("notes.md"), &json!("searchable")));
    assert_eq!(fs::read(house.cueline.inbox().join("notes.md")).unwrap(), read("notes.md"));

    aws(&["s3", "mb", "s3://results"]);
    aws(&["s3", "cp", "large.bin", "s3://results/deep/large.bin"]);
    aws(&["s3", "cp", "s3://results/deep/large.bin", "s3://results/copy.bin"]);
    aws(&["s3", "cp", "s3://results/copy.bin", "back.bin"]);
    assert!(read("back.bin") == large, "9 MiB in parts, copied in parts, come back as they were");
    let listed = aws(&["s3", "ls", "s3://results/", "--recursive"]);
    assert!(listed.contains("9437184 copy.bin") && listed.contains("9437184 deep/large.bin"), "{listed}");
    assert!(aws(&["s3", "ls", "s3://results/"]).contains("PRE deep/"));
    assert!(aws(&["s3", "ls"]).lines().any(|line| line.ends_with(" inbox")));
    fs::create_dir(house.place.path().join("many")).unwrap();
    (0..12).for_each(|n| write(&format!("many/{n}.txt"), format!("file {n}").as_bytes()));
    aws(&["s3", "sync", "many", "s3://results/many"]);
    assert_eq!(aws(&["s3", "sync", "many", "s3://results/many"]), "", "what is there is not sent again");
    aws(&["s3", "mv", "s3://results/many/0.txt", "s3://results/moved.txt"]);
    aws(&["s3", "sync", "s3://results/many", "again"]);
    assert_eq!(read("again/11.txt"), b"file 11");
    let link = aws(&["s3", "presign", "s3://results/moved.txt"]);
    let fetch = "import sys, urllib.request; sys.stdout.write(urllib.request.urlopen(sys.argv[1]).read().decode())";
    assert_eq!(finished(house.client(bin.join("python")).args(["-c", fetch, link.trim()])), "file 0");
    aws(&["s3", "rb", "s3://results", "--force"]);
    aws(&["s3", "rm", "s3://inbox/notes.md"]);
    let gone = house.cueline.settled(1, PATIENCE).unwrap();
    assert_eq!(gone[0]["state"], "deleted", "a deleted object is no document any more");
    println!("{}: s3 cp, mb, cp 9 MiB, cp s3 to s3, ls, sync, mv, presign, rb --force, rm", version.trim());

    for of in ["miss", "match"] {
        let entries = patterns().into_iter().map(|case| {
            let mut detail = case[of].clone();
            detail["case"] = case["name"].clone();
            json!({"Source": "clients", "DetailType": "Case", "Detail": detail.to_string()})
        });
        for batch in entries.collect::<Vec<_>>().chunks(10) {
            let answer = aws(&["events", "put-events", "--entries", &json!(batch).to_string()]);
            let answer: Value = serde_json::from_str(&answer).unwrap();
            assert_eq!(answer["FailedEntryCount"], 0, "{answer}");
        }
    }
    house.matched(1);
    let asked = json!({"workflow": "greet", "input": {"name": "you"}, "id": "asked-1"}).to_string();
    let entry = json!([{"Source": "me", "DetailType": "WorkflowRequested", "Detail": asked}]).to_string();
    aws(&["events", "put-events", "--entries", &entry]);
    let started = house.started("greet", 1);
    assert_eq!(started[0]["id"].as_str().or(started[0]["execution"].as_str()), Some("asked-1"), "{started:?}");
    println!("{}: events put-events: {} patterns, WorkflowRequested", version.trim(), patterns().len());
}

#[test]
fn boto3_works_unchanged() {
    let Some(bin) = there("boto3_works_unchanged", clients::python()) else { return };
    let house = House::open();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/boto.py");
    let boto = |arguments: &[&Path]| finished(house.client(bin.join("python")).arg(script).args(arguments));
    print!("{}", boto(&[Path::new("s3")]));
    print!("{}", boto(&[Path::new("events"), &cases()]));
    house.matched(1);
}

#[test]
fn the_javascript_sdk_works_unchanged() {
    let Some(modules) = there("the_javascript_sdk_works_unchanged", clients::node()) else { return };
    let house = House::open();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/javascript.mjs");
    print!("{}", finished(house.client("node").arg(script).arg(modules).arg(cases())));
    house.matched(1);
}

/// Objects behind the door, through the Rust SDK; changes are found by listing, because S3 tells them to a queue only.
struct Listed(S3Objects);

#[async_trait::async_trait]
impl Objects for Listed {
    async fn put(
        &self,
        bucket: &BucketName,
        key: &str,
        body: Bytes,
        condition: PutCondition,
    ) -> PortResult<ObjectMeta> {
        self.0.put(bucket, key, body, condition).await
    }

    async fn get(&self, bucket: &BucketName, key: &str) -> PortResult<(ObjectMeta, Bytes)> {
        self.0.get(bucket, key).await
    }

    async fn get_range(&self, bucket: &BucketName, key: &str, start: u64, end: u64) -> PortResult<Bytes> {
        // What reads requests for the door knows numbers up to here; an object of S3 ends long before.
        self.0.get_range(bucket, key, start, end.min(i64::MAX as u64)).await
    }

    async fn head(&self, bucket: &BucketName, key: &str) -> PortResult<ObjectMeta> {
        self.0.head(bucket, key).await
    }

    async fn list(
        &self,
        bucket: &BucketName,
        prefix: &str,
        cursor: Option<String>,
        limit: usize,
    ) -> PortResult<Page<ObjectMeta>> {
        self.0.list(bucket, prefix, cursor, limit).await
    }

    async fn delete(&self, bucket: &BucketName, key: &str) -> PortResult<()> {
        self.0.delete(bucket, key).await
    }

    async fn changes(&self, bucket: &BucketName) -> PortResult<Pin<Box<dyn Stream<Item = ObjectChange> + Send>>> {
        let (objects, bucket) = (self.0.clone(), bucket.clone());
        let before = etags(&objects, &bucket).await?;
        let looks = stream::unfold(before, move |before| {
            let (objects, bucket) = (objects.clone(), bucket.clone());
            async move {
                tokio::time::sleep(Duration::from_millis(50)).await;
                let now = etags(&objects, &bucket).await.ok()?;
                let written =
                    now.iter().filter(|(key, it)| before.get(*key) != Some(it)).map(|(key, it)| ObjectChange {
                        key: key.clone(),
                        kind: ObjectChangeKind::Written { etag: it.0.clone(), size: it.1 },
                    });
                let gone = before.keys().filter(|key| !now.contains_key(*key));
                let gone = gone.map(|key| ObjectChange { key: key.clone(), kind: ObjectChangeKind::Deleted });
                let changes: Vec<ObjectChange> = written.chain(gone).collect();
                Some((stream::iter(changes), now))
            }
        });
        Ok(looks.flatten().boxed())
    }
}

async fn etags(objects: &S3Objects, bucket: &BucketName) -> PortResult<BTreeMap<String, (String, u64)>> {
    let page = objects.list(bucket, "", None, 1_000).await?;
    Ok(page.items.into_iter().map(|meta| (meta.key, (meta.etag, meta.size))).collect())
}

/// Our own adapters, on the SDK of AWS, find behind the doors what they find on AWS.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rust_sdk_finds_an_object_store_and_a_bus() {
    static BUCKETS: AtomicU64 = AtomicU64::new(1);
    let house = House::open();
    let connection = house.connection().await;
    let fresh = async || {
        let name = BucketName::new("suite").unwrap();
        let bucket = format!("suite-{}", BUCKETS.fetch_add(1, Ordering::Relaxed));
        let options = S3Options {
            places: BTreeMap::from([(name.clone(), Place { bucket: bucket.clone(), prefix: String::new() })]),
            others: bucket,
            kms_key: None,
            notifications: BTreeMap::new(),
        };
        let objects = S3Objects::new(&connection, options, Meter::default());
        objects.create().await.unwrap();
        (Arc::new(Listed(objects)) as Arc<dyn Objects>, name)
    };
    objects_suite(fresh).await;
    object_keys_suite(fresh).await;
    bus_suite(async || Arc::new(EventBridgeBus::new(&connection, "default", Meter::default())) as Arc<dyn Bus>).await;
    println!("the suites of Objects and Bus pass through the doors");
}

/// An answer to `put-events` is a promise: whatever becomes of the process, what was accepted starts once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_accepted_starts_once_whatever_becomes_of_the_process() {
    let mut house = House::open();
    let mut accepted = 0;
    for round in 0..3 {
        let bus = EventBridgeBus::new(&house.connection().await, "default", Meter::default());
        let event = |n: usize| BusEvent {
            id: format!("{round}-{n}"),
            source: "me".into(),
            detail_type: "WorkflowRequested".into(),
            detail: json!({"workflow": "greet", "id": format!("run-{round}-{n}")}),
            ..BusEvent::default()
        };
        // Twice: whoever hears no answer sends again.
        let events = (0..40).map(event).chain((0..40).map(event)).collect();
        assert!(bus.publish(events).await.unwrap().into_iter().all(|result| result.is_ok()));
        accepted += 40;
        house.cueline.kill().unwrap();
        house.up();
        assert_eq!(house.started("greet", accepted).len(), accepted);
    }
}

/// What cannot be understood is told, buried with its reason, and can be sent again once it can.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn poison_goes_to_the_dead_letters_with_its_reason() {
    let house = House::open();
    let bus = EventBridgeBus::new(&house.connection().await, "default", Meter::default());
    let asked = |detail: Value| BusEvent {
        id: "1".into(),
        source: "me".into(),
        detail_type: "WorkflowRequested".into(),
        detail,
        ..BusEvent::default()
    };
    let bad = [
        json!({"workflow": "no-such", "id": "late"}),
        json!({"workflw": "greet"}),
        json!({"workflow": "greet", "id": "a/b"}),
    ];
    let published = bus.publish(bad.map(asked).into()).await.unwrap();
    assert!(published.iter().all(Result::is_ok), "EventBridge takes any event");
    let until = Instant::now() + PATIENCE;
    let letters = loop {
        let listed = house.cueline.json(&["dead-letters", "list", "--queue", "events"]).unwrap_or_default();
        let letters = listed.as_array().or_else(|| listed["items"].as_array()).cloned().unwrap_or_default();
        if letters.len() >= 3 {
            break letters;
        }
        assert!(Instant::now() < until, "{letters:?}");
        std::thread::sleep(Duration::from_millis(50));
    };
    let reasons: Vec<&str> = letters.iter().map(|letter| letter["reason"].as_str().unwrap()).collect();
    for expected in
        ["workflow_not_found: workflow no-such is not defined", "event_invalid: ", "id: invalid execution id \"a/b\""]
    {
        assert!(reasons.iter().any(|reason| reason.contains(expected)), "{expected}: {reasons:?}");
    }
    assert!(letters.iter().all(|letter| letter["message"]["detail-type"] == "WorkflowRequested"), "{letters:?}");
    // Once the workflow is there the event can be sent again.
    let file = house.place.path().join("late.asl.json");
    fs::write(&file, GREET).unwrap();
    let path = "/admin/v1/definitions/no-such";
    let (status, answer) =
        house.cueline.http("PUT", path, &[("Content-Type", "application/json")], GREET.as_bytes()).unwrap();
    assert!((200..300).contains(&status), "{status}: {answer}");
    let (code, out, errors) = house.cueline.run(&["dead-letters", "redrive", "events"]).unwrap();
    assert_eq!(code, 0, "{out}{errors}");
    assert_eq!(house.started("no-such", 1).len(), 1);
}

/// The trace of an event goes on in what it starts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_goes_through_the_door() {
    let house = House::open();
    let bus = EventBridgeBus::new(&house.connection().await, "default", Meter::default());
    let traceparent = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01".to_owned();
    let event = BusEvent {
        id: "1".into(),
        source: "me".into(),
        detail_type: "WorkflowRequested".into(),
        detail: json!({"workflow": "greet", "id": "traced"}),
        trace: Some(TraceContext { traceparent, tracestate: String::new() }),
        ..BusEvent::default()
    };
    assert!(bus.publish(vec![event]).await.unwrap()[0].is_ok());
    house.started("greet", 1);
    let history = house.cueline.json(&["executions", "history", "traced"]).unwrap().to_string();
    assert!(history.contains("00-5759e988bd862e3fe1be46a994272793-"), "{history}");
}

#[test]
fn doors_are_closed_when_asked_and_never_open_to_a_network() {
    let place = TempDir::new().unwrap();
    let mut cueline = Cueline::on(&place.path().join("data"));
    cueline.up_with(&["--no-doors"]).unwrap();
    let status = cueline.json(&["status"]).unwrap();
    assert!(status.get("doors").is_none(), "{status}");
    let (code, _, errors) = cueline.run(&["doors"]).unwrap();
    assert!(code == 1 && errors.contains("doors_closed"), "{code}: {errors}");
    cueline.stop().unwrap();
    let (code, _, errors) = cueline.run(&["up", "--doors", "0.0.0.0:0"]).unwrap();
    assert!(code == 2 && errors.contains("--insecure-doors"), "{code}: {errors}");
}
