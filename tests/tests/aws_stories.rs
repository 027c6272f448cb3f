//! The stories of one machine, told by many: the stack of `deploy/` on an emulator, the real binary as fourteen processes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test is an assertion and says what it saw"
)]
#![cfg(all(feature = "aws", feature = "system"))]

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use cueline_tests::{
    emulator, opensearch,
    stack::{Deployed, eventually},
    system::Cueline,
};
use serde_json::Value;

const KINDS: [&str; 6] = ["ingestion", "parsing", "indexing", "embedding", "retrieval", "generation"];
/// Cues that were lost are missed after twenty seconds, leases end after thirty, and fourteen processes share two cores.
const PATIENCE: Duration = Duration::from_secs(180);

/// The processes of a deployment: two supervisors, two of each kind.
struct Fleet {
    deployed: Deployed,
    supervisors: Vec<Cueline>,
    workers: Vec<(&'static str, Cueline)>,
    began: Instant,
}

impl Fleet {
    fn up(deployed: Deployed) -> anyhow::Result<Self> {
        let mut fleet = Self { deployed, supervisors: Vec::new(), workers: Vec::new(), began: Instant::now() };
        for number in 0..2 {
            let mut process = fleet.deployed.process(&format!("supervisor-{number}"));
            process.up_with(&["--serve", "supervisor"])?;
            fleet.supervisors.push(process);
            for kind in KINDS {
                let mut process = fleet.deployed.process(&format!("{kind}-{number}"));
                process.up_with(&["--serve", kind])?;
                fleet.workers.push((kind, process));
            }
        }
        fleet.say("fourteen processes are ready");
        Ok(fleet)
    }

    /// Somebody at a desk, with nothing but the name of the stack.
    fn person(&self) -> Cueline {
        self.deployed.process("person")
    }

    fn say(&self, what: &str) {
        println!("{:6.1} s  {what}", self.began.elapsed().as_secs_f64());
    }

    async fn answers(&self, question: &str, document: &str, words: &str) -> anyhow::Result<()> {
        eventually(PATIENCE, async || {
            let answer = self.person().json(&["ask", question])?;
            let cited = &answer["citations"][0];
            let quote = cited["quote"].as_str().unwrap_or_default();
            ensure!(cited["document"] == document && quote.contains(words), "{question}: {answer:#}");
            Ok(())
        })
        .await
    }

    async fn refuses(&self, question: &str) -> anyhow::Result<()> {
        eventually(PATIENCE, async || {
            let answer = self.person().json(&["ask", question])?;
            ensure!(answer["not_in_documents"] == true, "{question}: {answer:#}");
            Ok(())
        })
        .await
    }
}

fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/samples");
    let files = fs::read_dir(folder).unwrap().flatten();
    files.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_questions_and_losses_on_a_stack() {
    let Some(account) = emulator::account("files_questions_and_losses_on_a_stack") else { return };
    let node = match opensearch::node() {
        Ok(node) => node,
        Err(reason) => {
            return eprintln!("files_questions_and_losses_on_a_stack: skipped: no OpenSearch node: {reason}");
        }
    };
    tell(account, node.endpoint()).await.unwrap();
}

async fn tell(account: emulator::Account, index: &str) -> anyhow::Result<()> {
    let deployed = Deployed::on(account, Some(index)).await?;
    println!("deployed: {:?}", deployed.stack);
    let mut fleet = Fleet::up(deployed)?;

    for (key, body) in samples() {
        fleet.deployed.drop_file(&key, body).await?;
    }
    let documents = fleet.person().settled(6, PATIENCE)?;
    ensure!(documents.iter().all(|document| document["state"] == "searchable"), "{documents:#?}");
    fleet.say("six files are searchable");

    for (question, document, words) in [
        ("Within how many days must expense claims be submitted?", "expenses.md", "30 days"),
        ("How many orders were queued by the shops?", "incident-2025-03.txt", "1,284 orders"),
        ("What is the emergency number inside the building?", "safety-handbook.pdf", "5555"),
        ("How many days a week may colleagues work remotely?", "remote-work.docx", "three days"),
    ] {
        fleet.answers(question, document, words).await?;
    }
    fleet.refuses("Who won the chess world championship in 1972?").await?;
    fleet.say("answers cite their documents");

    let (_, text) = samples().into_iter().find(|(key, _)| key == "expenses.md").context("a sample")?;
    let text = String::from_utf8(text)?.replace("within 30 days", "within 45 days");
    fleet.deployed.drop_file("expenses.md", text).await?;
    fleet.answers("Within how many days must expense claims be submitted?", "expenses.md", "45 days").await?;
    fleet.say("an overwritten file answers anew");

    fleet.deployed.remove_file("safety-handbook.pdf").await?;
    fleet.refuses("What is the emergency number inside the building?").await?;
    fleet.say("a deleted file is gone");

    for (_, worker) in &mut fleet.workers {
        worker.kill()?;
    }
    fleet.deployed.drop_file("parking.txt", "Parking permits are issued by the front desk in building C.").await?;
    fleet.supervisors[0].kill()?;
    fleet.supervisors[0].up_with(&["--serve", "supervisor"])?;
    for (kind, worker) in &mut fleet.workers {
        worker.up_with(&["--serve", kind])?;
    }
    fleet.answers("Who issues parking permits?", "parking.txt", "front desk").await?;
    fleet.say("a file that came while every worker was dead is searchable");

    fleet.deployed.drop_file("lockers.txt", "Lockers are on the second floor beside the library.").await?;
    let purged = fleet.person().run(&["queues", "purge", "--all"])?;
    fleet.say(&format!("every queue was purged: {}", purged.1.trim()));
    // The news of the file may have been lost too: that is looked for when somebody asks, or every quarter of an hour.
    let synced = fleet.person().run(&["collections", "sync"])?;
    ensure!(synced.0 == 0, "{}{}", synced.1, synced.2);
    fleet.answers("On which floor are the lockers?", "lockers.txt", "second floor").await?;
    fleet.say("a file whose news and cues were purged is searchable");

    // One of each stands still for longer than any lease; the other does its work.
    let paused: Vec<usize> = (0..fleet.workers.len() / 2).collect();
    for at in &paused {
        fleet.workers[*at].1.pause(true)?;
    }
    fleet.deployed.drop_file("bikes.txt", "Bicycles are kept in the blue shed behind the workshop.").await?;
    fleet.answers("Where are bicycles kept?", "bikes.txt", "blue shed").await?;
    for at in &paused {
        fleet.workers[*at].1.pause(false)?;
    }
    fleet.answers("Where are bicycles kept?", "bikes.txt", "blue shed").await?;
    fleet.say("half of the workers stood still, and went on");

    replay_and_fork(&fleet)?;
    let verified = fleet.person().json(&["executions", "verify", "--all"])?;
    ensure!(verified["mismatches"].as_array().map(Vec::len) == Some(0), "{verified:#}");
    fleet.say(&format!("{} executions hold", verified["verified"]));
    let status = fleet.supervisors[1].json(&["status"])?;
    ensure!(status["inbox"].as_str().is_some_and(|inbox| inbox.starts_with("s3://")), "{status:#}");
    Ok(())
}

fn replay_and_fork(fleet: &Fleet) -> anyhow::Result<()> {
    let person = fleet.person();
    let listed = person.json(&["executions", "list", "--workflow", "rag-ask"])?;
    let items = listed.as_array().or_else(|| listed["items"].as_array()).context("a list")?;
    let id = items.first().and_then(|item| item["execution"].as_str()).context("an execution")?;
    let replayed = person.json(&["executions", "replay", id])?;
    ensure!(replayed["status"] == "SUCCEEDED", "{replayed:#}");
    ensure!(replayed.get("difference").is_none_or(Value::is_null), "{replayed:#}");
    let input = r#"{"collection": "default", "question": "How long is the warranty of the Cadence keyboard?"}"#;
    let forked = person.json(&["executions", "fork", id, "--from", "1", "--input", input, "--wait"])?;
    let fork = forked["execution"].as_str().context("a fork")?;
    let shown = person.json(&["executions", "show", fork])?;
    ensure!(shown["status"] == "SUCCEEDED", "{shown:#}");
    ensure!(shown["output"]["text"].as_str().is_some_and(|text| text.contains("Cadence")), "{shown:#}");
    fleet.say("an execution was replayed and forked");
    Ok(())
}
