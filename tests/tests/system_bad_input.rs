//! What people and machines get wrong, on the real binary: each gives an error with a code, and the process stays healthy.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test is an assertion and says what it measured")]
#![cfg(feature = "system")]

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{Seek, SeekFrom, Write},
    os::unix::{ffi::OsStrExt, fs::PermissionsExt, process::CommandExt},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use cueline_tests::system::{Cueline, binary};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);
const JSON: &str = "application/json";

fn running() -> (tempfile::TempDir, Cueline) {
    let scratch = tempfile::tempdir().unwrap();
    let mut cueline = Cueline::on(&scratch.path().join("data"));
    fs::create_dir_all(cueline.inbox()).unwrap();
    fs::write(cueline.inbox().join("notice.txt"), "The notice period is three months.").unwrap();
    cueline.up().unwrap();
    cueline.settled(1, PATIENCE).unwrap();
    (scratch, cueline)
}

fn assert_healthy(cueline: &Cueline) {
    let (status, ready) = cueline.http("GET", "/readyz", &[], b"").unwrap();
    assert_eq!((status, &ready["status"]), (200, &json!("ready")), "{ready}");
    let answer = cueline.json(&["ask", "How long is the notice period?"]).unwrap();
    assert!(answer["text"].as_str().unwrap().contains("three months"), "{answer:#}");
    assert!(!cueline.log().contains("panicked"), "{}", cueline.log());
}

/// Method, path, body, then status, code and field of the refusal; no field means that any will do.
type Case = (&'static str, &'static str, String, u16, &'static str, &'static str);

fn of(
    (method, path, body): (&'static str, &'static str, String),
    status: u16,
    code: &'static str,
    field: &'static str,
) -> Case {
    (method, path, body, status, code, field)
}

#[test]
fn bodies_and_parameters_that_do_not_fit_are_refused_with_code_and_field() {
    let (_scratch, cueline) = running();
    let ask = |body: Value| ("POST", "/admin/v1/ask", body.to_string());
    let post = |path: &'static str, body: &str| ("POST", path, body.to_owned());
    let get = |path: &'static str| ("GET", path, String::new());
    let put = |path: &'static str, body: &Value| ("PUT", path, body.to_string());
    let pass = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}});
    let wrong = json!({"StartAt": "B", "States": {"A": {"Type": "Task", "Resource": "cueline:no.such", "Next": "C"}}});
    let bench =
        json!({"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "cueline:bench.noop", "End": true}}});
    let deep = format!("{{\"question\": {}1{}}}", "[".repeat(300), "]".repeat(300));
    let large = format!("{{\"question\": \"{}\"}}", "x".repeat((16 << 20) - 14));
    let cases: Vec<Case> = vec![
        of(post("/admin/v1/ask", "{"), 400, "json_invalid", ""),
        of(post("/admin/v1/ask", ""), 400, "json_invalid", ""),
        of(post("/admin/v1/ask", "[]"), 400, "request_invalid", ""),
        of(post("/admin/v1/ask", "[\"a\", null, [], null, null, null, null, null]"), 400, "request_invalid", ""),
        of(post("/admin/v1/ask", "{\"question\": \"a\", \"question\": \"b\"}"), 400, "key_duplicate", "/question"),
        of(post("/admin/v1/ask", &deep), 400, "json_invalid", ""),
        of(post("/admin/v1/ask", &large), 413, "body_too_large", ""),
        of(ask(json!({"question": 7})), 400, "request_invalid", "question"),
        of(ask(json!({"question": "a", "quesion": "b"})), 400, "request_invalid", "quesion"),
        of(ask(json!({})), 400, "request_invalid", ""),
        of(ask(json!({"question": " "})), 400, "request_invalid", "question"),
        of(ask(json!({"question": "x".repeat(100_000)})), 400, "question_too_long", "question"),
        of(ask(json!({"question": "a", "collection": "nope"})), 404, "collection_not_found", "collection"),
        of(ask(json!({"question": "a", "collection": "../x"})), 400, "collection_name_invalid", "collection"),
        of(ask(json!({"question": "a", "limit": 0})), 400, "request_invalid", "limit"),
        of(ask(json!({"question": "a", "limit": 100_000})), 400, "request_invalid", "limit"),
        of(ask(json!({"question": "a", "limit": -1})), 400, "request_invalid", "limit"),
        of(ask(json!({"question": "a", "mode": "x"})), 400, "request_invalid", "mode"),
        of(ask(json!({"question": "a", "filter": {"foo": 1}})), 400, "filter_invalid", ""),
        of(ask(json!({"question": "a", "model": "nope"})), 404, "model_not_found", "model"),
        of(ask(json!({"question": "a", "execution": "../x"})), 400, "id_invalid", "execution_id"),
        of(post("/admin/v1/search", "{\"question\": \"a\", \"model\": \"x\"}"), 400, "request_invalid", "model"),
        of(post("/admin/v1/executions", "{}"), 400, "request_invalid", "workflow"),
        of(post("/admin/v1/executions", "{\"workflow\": \"nope\"}"), 404, "workflow_not_found", "workflow"),
        of(
            post(
                "/admin/v1/executions",
                "{\"workflow\": \"rag-ask\", \"input\": {\"question\": \"a\", \"qestion\": 1}}",
            ),
            400,
            "request_invalid",
            "input.qestion",
        ),
        of(post("/admin/v1/executions", "{\"workflow\": \"rag-ask\", \"input\": 3}"), 400, "request_invalid", "input"),
        of(put("/admin/v1/definitions/rag-ask", &pass), 409, "workflow_reserved", "name"),
        of(put("/admin/v1/definitions/..%2Fx%00", &pass), 400, "workflow_name_invalid", "name"),
        of(put("/admin/v1/definitions/mine", &wrong), 400, "definition_invalid", "definition"),
        of(put("/admin/v1/definitions/mine", &bench), 400, "actor_not_served", "definition"),
        of(get("/admin/v1/documents?cursor=zzz"), 400, "parameter_invalid", "cursor"),
        of(get("/admin/v1/documents?limit=abc"), 400, "parameter_invalid", "limit"),
        of(get("/admin/v1/documents?limit=0"), 400, "parameter_invalid", "limit"),
        of(get("/admin/v1/documents?state=nope"), 400, "parameter_invalid", "state"),
        of(get("/admin/v1/documents?colection=a"), 400, "parameter_invalid", ""),
        of(get("/admin/v1/executions/..%2Fx"), 400, "id_invalid", ""),
        of(get("/admin/v1/executions/nope"), 404, "execution_not_found", "execution"),
        of(get("/admin/v1/executions/nope/wait?timeout_ms=abc"), 400, "parameter_invalid", "timeout_ms"),
        of(post("/admin/v1/queues/nope/purge", "{}"), 404, "queue_not_found", "queue"),
        of(post("/admin/v1/queues/nope/dead-letters/redrive", "{}"), 404, "queue_not_found", "queue"),
        of(get("/admin/v1/nothing"), 404, "route_not_found", ""),
        of(("DELETE", "/admin/v1/ask", String::new()), 405, "method_not_allowed", ""),
    ];
    for (method, path, body, status, code, field) in cases {
        let shown: String = body.chars().take(80).collect();
        let (found, problem) = cueline.http(method, path, &[("Content-Type", JSON)], body.as_bytes()).unwrap();
        let what = format!("{method} {path} {shown}: {problem:#}");
        assert_eq!((found, problem["code"].as_str()), (status, Some(code)), "{what}");
        assert!(problem["detail"].is_string(), "{what}");
        if !field.is_empty() {
            assert_eq!(problem["field"], field, "{what}");
        }
    }
    let (_, problem) = cueline.http("PUT", "/admin/v1/definitions/m", &[], wrong.to_string().as_bytes()).unwrap();
    assert!(problem["findings"].as_array().unwrap().len() >= 3, "every mistake at once: {problem:#}");
    let (_, problem) = cueline.http("GET", "/admin/v1/documents?limit=abc", &[], b"").unwrap();
    assert_eq!(problem["value"], "abc");
    assert_healthy(&cueline);
}

#[test]
fn the_door_is_shut_to_whoever_shows_no_token_and_to_what_is_no_json() {
    let (_scratch, cueline) = running();
    let body = br#"{"question": "How long is the notice period?"}"#;
    for (name, value, status, code) in [
        ("Authorization", "Bearer nonsense", 401, "token_required"),
        ("Authorization", "", 401, "token_required"),
        ("Content-Type", "text/plain", 415, "media_type_unsupported"),
        ("Content-Type", "application/json; charset=utf-16", 415, "media_type_unsupported"),
        ("Idempotency-Key", "", 400, "header_invalid"),
    ] {
        let (found, problem) = cueline.http("POST", "/admin/v1/ask", &[(name, value)], body).unwrap();
        assert_eq!((found, problem["code"].as_str()), (status, Some(code)), "{name}: {value}: {problem}");
    }
    let (found, problem) = cueline.http("POST", "/admin/v1/ask", &[], b"{\"question\": \"\xff\xfe\"}").unwrap();
    assert_eq!((found, &problem["code"]), (400, &json!("json_invalid")), "{problem}");
    assert_healthy(&cueline);
}

#[test]
fn hostile_files_harm_nobody() {
    let (_scratch, cueline) = running();
    let inbox = cueline.inbox();
    let protected = Path::new(env!("CARGO_MANIFEST_DIR")).join("../actors/documents/tests/data/protected");
    let encrypted = fs::read_dir(protected)
        .unwrap()
        .flatten()
        .find(|file| file.path().extension().is_some_and(|extension| extension == "pdf"));
    let mut expected = 1;
    let mut place = |name: &str, content: &[u8]| {
        fs::write(inbox.join(name), content).unwrap();
        expected += 1;
    };
    place("empty.txt", b"");
    place("picture.pdf", b"\x89PNG\r\n\x1a\n not a document at all");
    place("words.docx", b"these are plain words, not a zip");
    place("cut.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog");
    match encrypted {
        Some(file) => place("locked.pdf", &fs::read(file.path()).unwrap()),
        None => println!("skipped the encrypted file: there is none among the test data"),
    }
    // Names that a file system takes and a key may not be made of; what becomes of each is said elsewhere.
    for name in [&b"new\nline.txt"[..], b"..hidden\x1b[2J.txt", b"not-\xff-utf8.txt", &[b'x'; 255]] {
        if let Err(error) = fs::write(inbox.join(OsStr::from_bytes(name)), "text") {
            println!("skipped {}: this file system refuses it: {error}", name.escape_ascii());
        }
    }
    let documents = cueline.settled(expected, PATIENCE).unwrap();
    for document in &documents {
        let is_searchable = document["state"] == "searchable";
        assert!(is_searchable || document["error"]["code"].is_string(), "{document:#}");
    }
    let state = |key: &str| documents.iter().find(|document| document["key"] == key).unwrap()["state"].clone();
    assert_eq!(state("picture.pdf"), "refused");
    let (code, listed, _) = cueline.run(&["documents", "list"]).unwrap();
    assert_eq!(code, 0);
    assert!(!listed.contains('\x1b'), "{listed:?}");
    assert_healthy(&cueline);
}

#[test]
fn what_cannot_be_added_is_said_at_once() {
    let (scratch, cueline) = running();
    let path = |name: &str| scratch.path().join(name).display().to_string();
    fs::create_dir(path("empty")).unwrap();
    let _pipe = std::os::unix::net::UnixListener::bind(path("pipe.txt")).unwrap();
    fs::create_dir(path("odd")).unwrap();
    fs::write(scratch.path().join("odd/.hidden\x1b[2J"), "x").unwrap();
    let inbox = cueline.inbox().display().to_string();
    for (name, code, says) in [
        (path("none.txt"), 2, "cannot read"),
        (path("empty"), 2, "nothing_to_add"),
        (path("pipe.txt"), 2, "not a regular file"),
        (path("odd"), 2, "\\u{1b}[2J"),
        (inbox, 2, "source_in_inbox"),
        (path(""), 2, "source_holds_inbox"),
    ] {
        let (found, _, errors) = cueline.run(&["add", &name]).unwrap();
        assert_eq!(found, code, "{name}: {errors}");
        assert!(errors.contains(says) && !errors.contains('\x1b'), "{name}: {errors:?}");
    }
    assert_healthy(&cueline);
}

#[test]
fn a_reader_who_goes_and_a_full_disk_are_no_panic() {
    let (_scratch, cueline) = running();
    let mut child = cueline.prepared(&["actors"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{output:?}");
    match File::options().write(true).open("/dev/full") {
        Ok(full) => {
            let output = cueline.prepared(&["actors"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(1), "{errors}");
            assert!(errors.starts_with("output_lost: ") && errors.lines().count() == 1, "{errors}");
        }
        Err(error) => println!("skipped the full disk: there is no /dev/full here: {error}"),
    }
}

#[test]
fn a_second_process_on_one_directory_is_refused() {
    let (_scratch, cueline) = running();
    let (code, _, errors) = cueline.run(&["up", "--admin", "127.0.0.1:0"]).unwrap();
    assert_eq!(code, 5, "{errors}");
    assert!(errors.contains("storage_in_use"), "{errors}");
    assert_healthy(&cueline);
}

#[test]
fn an_address_that_others_reach_needs_a_word() {
    let scratch = tempfile::tempdir().unwrap();
    let cueline = Cueline::on(&scratch.path().join("data"));
    let (code, _, errors) = cueline.run(&["up", "--admin", "0.0.0.0:0"]).unwrap();
    assert_eq!(code, 2, "{errors}");
    assert!(errors.contains("config_invalid") && errors.contains("--insecure-admin"), "{errors}");
    assert!(!scratch.path().join("data").exists(), "nothing was made");
}

#[test]
fn an_address_that_is_taken_leaves_nothing_behind() {
    let scratch = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let cueline = Cueline::on(&scratch.path().join("data"));
    let (code, _, errors) = cueline.run(&["up", "--sample", "--admin", &address]).unwrap();
    assert_eq!(code, 5, "{errors}");
    assert!(errors.contains("address_in_use"), "{errors}");
    assert!(!scratch.path().join("data").exists(), "the next start with --sample would find the directory not new");
}

#[test]
fn a_directory_that_cannot_be_written_is_named() {
    let scratch = tempfile::tempdir().unwrap();
    let data = scratch.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::set_permissions(scratch.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o555)).unwrap();
    let is_root = fs::write(data.join("probe"), "x").is_ok();
    let _ = fs::remove_file(data.join("probe"));
    let mut command = Command::new(binary());
    command.args(["up", "--admin", "127.0.0.1:0", "--data"]).arg(&data);
    if is_root {
        // Root writes wherever it likes; somebody else does not.
        command.uid(65_534).gid(65_534);
    }
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => return println!("skipped: running as root, and privileges cannot be dropped: {error}"),
    };
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(5), "{errors}");
    assert!(errors.contains("storage_read_only") && errors.contains("permissions"), "{errors}");
}

#[test]
fn a_damaged_page_is_found_by_itself_and_said_once() {
    let (scratch, mut cueline) = running();
    // Many rows, so that there is a middle that no start has to read.
    let waiting = json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": true}}});
    for at in 0..200 {
        let body = json!({"definition": waiting, "workflow": "filler", "execution": format!("filler-{at}"),
            "input": {"text": "x".repeat(2_000)}});
        let (status, problem) = cueline.http("POST", "/admin/v1/executions", &[], body.to_string().as_bytes()).unwrap();
        assert_eq!(status, 201, "{problem}");
    }
    cueline.stop().unwrap();
    let database = scratch.path().join("data/cueline.db");
    let mut file = File::options().write(true).open(&database).unwrap();
    let pages = file.metadata().unwrap().len() / 4_096;
    assert!(pages > 40, "{pages} pages");
    for page in [pages / 2, pages / 2 + 3, pages - 2] {
        file.seek(SeekFrom::Start(page * 4_096)).unwrap();
        file.write_all(&[0xa5; 4_096]).unwrap();
    }
    drop(file);
    if let Err(error) = cueline.up() {
        assert!(error.to_string().contains("storage_corrupt"), "{error}");
        return println!("the start itself met the damage");
    }
    let mut ready = (0, Value::Null);
    for _ in 0..100 {
        ready = cueline.http("GET", "/readyz", &[], b"").unwrap();
        if ready.0 != 200 {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!((ready.0, &ready.1["code"]), (503, &json!("storage_corrupt")), "{}", ready.1);
    let status = cueline.json(&["status"]).unwrap();
    assert!(status["notes"].to_string().contains("storage_corrupt"), "{status:#}");
    let said =
        cueline.log().lines().filter(|line| line.contains("ERROR") && line.contains("the database is damaged")).count();
    assert_eq!(said, 1, "{}", cueline.log());
}
