//! An actor kind as a function of AWS Lambda: the binary, named `bootstrap`, in a zip.
//!
//! Lambda polls the queue and hands messages over; everything else is as in a process: bodies run, results go into the
//! journal, cues leave. Between two invocations the process stands still, so an invocation ends only when what followed from
//! it has left. What is not settled by then is reported and comes again ("Using Lambda with Amazon SQS", partial batch
//! responses). The protocol is the Lambda runtime API of 2018-06-01.

use std::time::Duration;

use cueline_ports::{Clock, SystemClock};
use cueline_runtime::{Engine, Peers};
use serde_json::{Value, json};

use super::{Options, StartFailure, UpOptions, launch};
use crate::{
    config::Config,
    telemetry,
    wiring::{self, Handover},
};

/// Names the address of the runtime API; only Lambda sets it.
pub const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";
/// Kept back at the end of an invocation, for the answer.
const RESERVE_MS: i64 = 2_000;
/// How long an invocation may take when Lambda does not say.
const USUAL_MS: i64 = 60_000;

/// Serves invocations until Lambda ends the process.
///
/// # Errors
/// When it cannot start; Lambda is told and starts another one.
pub fn serve(config: &Config, options: &UpOptions, api: &str) -> Result<(), StartFailure> {
    let telemetry = telemetry::start(config).map_err(StartFailure::telemetry)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(StartFailure::runtime)?;
    let outcome = runtime.block_on(async {
        wiring::install_tls();
        let http = reqwest::Client::builder().no_proxy().build();
        let http = http.map_err(|error| StartFailure::runtime(std::io::Error::other(error)))?;
        let runtime = Runtime { http, base: format!("http://{api}/2018-06-01/runtime") };
        let wired = wiring::open(config).await.map(|mut wired| {
            telemetry::measured::models(&mut wired.world, config, &telemetry.instruments);
            wired
        });
        let wired = wired.map_err(|error| StartFailure::storage(&error));
        let begun = match wired {
            Ok(wired) => begin(config, options, wired, &telemetry).await,
            Err(failure) => Err(failure),
        };
        match begun {
            Ok((engine, handover)) => runtime.serve(&engine, handover.as_ref(), &telemetry).await,
            Err(failure) => {
                runtime
                    .tell("init/error", &json!({ "errorType": failure.code, "errorMessage": failure.message }))
                    .await;
                Err(failure)
            }
        }
    });
    telemetry.flush();
    outcome
}

async fn begin(
    config: &Config,
    options: &UpOptions,
    wired: wiring::Wired,
    telemetry: &telemetry::Telemetry,
) -> Result<(Engine, std::sync::Arc<dyn Handover>), StartFailure> {
    let handover = wired.handover.clone().ok_or_else(StartFailure::function_without_stack)?;
    let fed = Options { receives: false, peers: Some(Peers { patrol_every: None }), front: None };
    let engine = launch(config, options, &wired, telemetry, fed).await?;
    Ok((engine, handover))
}

/// The runtime API.
struct Runtime {
    http: reqwest::Client,
    base: String,
}

impl Runtime {
    async fn serve(
        &self,
        engine: &Engine,
        handover: &dyn Handover,
        telemetry: &telemetry::Telemetry,
    ) -> Result<(), StartFailure> {
        loop {
            // It waits as long as there is nothing to do; the process may stand still meanwhile.
            let next = match self.http.get(format!("{}/invocation/next", self.base)).send().await {
                Ok(next) => next,
                Err(error) => return Err(StartFailure::runtime(std::io::Error::other(error.without_url()))),
            };
            let header = |name: &str| next.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
            let Some(id) = header("lambda-runtime-aws-request-id") else { continue };
            let now_ms = SystemClock.now_ms();
            let deadline_ms = header("lambda-runtime-deadline-ms").and_then(|text| text.parse().ok());
            let until_ms = deadline_ms.unwrap_or(now_ms + USUAL_MS) - RESERVE_MS;
            let event: Value = next.json().await.unwrap_or_default();
            let answer = invocation(engine, handover, &event, until_ms).await;
            // Between invocations the process stands still, and may never go on.
            tokio::task::block_in_place(|| telemetry.send());
            self.tell(&format!("invocation/{id}/response"), &answer).await;
        }
    }

    async fn tell(&self, path: &str, what: &Value) {
        if let Err(error) = self.http.post(format!("{}/{path}", self.base)).json(what).send().await {
            tracing::warn!(error = %error.without_url(), "failed to answer Lambda; the messages come again");
        }
    }
}

/// Runs the bodies of a batch, and names the messages that are not settled.
async fn invocation(engine: &Engine, handover: &dyn Handover, event: &Value, until_ms: i64) -> Value {
    let records = event["Records"].as_array().cloned().unwrap_or_default();
    let lease = Duration::from_millis((until_ms - SystemClock.now_ms()).max(1_000) as u64);
    let mut taken = Vec::new();
    for record in &records {
        let id = record["messageId"].as_str().unwrap_or_default().to_owned();
        match handover.adopt(record, lease).await {
            Ok((queue, delivery)) => {
                let receipt = delivery.receipt.clone();
                let (engine, queue) = (engine.clone(), queue);
                let work = tokio::spawn(async move { engine.feed(&queue, delivery).await });
                taken.push((id, Some((receipt, work))));
            }
            Err(error) => {
                tracing::warn!(error = %error, "a message of the invocation cannot be taken");
                taken.push((id, None));
            }
        }
    }
    let left = Duration::from_millis((until_ms - SystemClock.now_ms()).max(0) as u64);
    let mut works = Vec::new();
    let mut receipts = Vec::new();
    for (id, work) in taken {
        let receipt = work.map(|(receipt, work)| {
            works.push(work);
            receipt
        });
        receipts.push((id, receipt));
    }
    // What does not end in time comes again; its body is cut with the process or goes on, as the journal decides.
    let _ = tokio::time::timeout(left, futures::future::join_all(works)).await;
    engine.quiet(until_ms).await;
    let failed = receipts.iter().filter(|(_, receipt)| receipt.as_ref().is_none_or(|of| !handover.is_settled(of)));
    json!({ "batchItemFailures": failed.map(|(id, _)| json!({ "itemIdentifier": id })).collect::<Vec<_>>() })
}
