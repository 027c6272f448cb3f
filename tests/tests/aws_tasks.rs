//! Services of AWS as tasks, and state machines that wait for ours: on the wire of an emulator, and of a stub where that is blind.
//!
//! The emulator shows no client context to functions, calls every error of a function by one name, tells no expired token from one that never was, and refuses every repeated
//! start. What AWS does there is in its documentation, and the stub answers so.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test is an assertion and says what it measured"
)]
#![cfg(feature = "aws")]

use std::{process::Command, sync::Arc, time::Duration};

use async_trait::async_trait;
use cueline_aws::{
    Connection, Meter,
    lambda::LambdaFunctions,
    scheduler::{SchedulerAlarms, SchedulerOptions},
    states::StepFunctions,
};
use cueline_patterns::{bench, lambda, states};
use cueline_ports::{
    Callbacks, ExecutionStatus, FunctionCall, FunctionError, Functions, MachineStatus, PortErrorKind, Queue,
    StartMachine, StateMachines,
    conformance::{
        AlarmsBench, Answer, FunctionsBench, MachinesBench, RealClock, WaitsWithTokens, alarms_suite, callbacks_suite,
        functions_suite, state_machines_suite,
    },
};
use cueline_protocol::ids::{ExecutionId, QueueName};
use cueline_runtime::{Engine, EngineOptions, StartExecution, worker::Kinds};
use cueline_tests::{
    cloud::Cloud,
    emulator::{self, Account, REGION},
    stub::{HEADERS, Stub, refusal},
};
use serde_json::{Value, json};

/// Far longer than anything here takes: a test that hangs says so.
const PATIENCE: Duration = Duration::from_secs(120);

/// What every script begins with. boto3 is a client that nobody here wrote.
const PRELUDE: &str = r#"
import boto3, io, json, sys, zipfile
endpoint, key = sys.argv[1:3]
def client(service):
    return boto3.client(service, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key="secret")
def function(name, code):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as file:
        file.writestr("f.py", code)
    client("lambda").create_function(FunctionName=name, Runtime="python3.11", Role=f"arn:aws:iam::{key}:role/r",
        Handler="f.handler", Code={"ZipFile": body.getvalue()}, Timeout=30)
    return name
def machine(name, states):
    document = json.dumps({"StartAt": next(iter(states)), "States": states})
    return client("stepfunctions").create_state_machine(name=name, definition=document, roleArn=f"arn:aws:iam::{key}:role/r")["stateMachineArn"]
def queue(name):
    return client("sqs").create_queue(QueueName=name)["QueueUrl"]
def asks(url, body, **more):
    return {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": True,
        "Parameters": {"QueueUrl": url, "MessageBody": body}, **more}
"#;

/// What a script on the account says last, as JSON.
fn boto(account: &Account, script: &str) -> Value {
    let python = emulator::python().unwrap();
    let program = format!("{PRELUDE}\n{script}");
    let output = Command::new(python).args(["-c", &program, &account.endpoint, &account.access_key]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}")).to_owned()
}

async fn connection(account: &Account) -> Connection {
    Connection::at(&account.endpoint, REGION, &account.access_key, "secret").await
}

async fn step_functions(account: &Account) -> StepFunctions {
    StepFunctions::new(&connection(account).await, Meter::default())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lambda_runs_functions() {
    let Some(account) = emulator::account("lambda_runs_functions") else { return };
    boto(
        &account,
        r#"
function("echo", "def handler(event, context): return event")
function("failing", "def handler(event, context): raise ValueError('no such order')")
function("slow", "import time\ndef handler(event, context):\n    time.sleep(3)")
print("null")
"#,
    );
    let meter = Meter::default();
    functions_suite(&FunctionsBench {
        port: Arc::new(LambdaFunctions::new(&connection(&account).await, meter.clone())),
        echo: "echo".into(),
        failing: "failing".into(),
        // On AWS it is the type of the exception, `ValueError`: see the stub below.
        error: "Runtime.HandlerError".into(),
        slow: "slow".into(),
        keyed: None,
        missing: "missing".into(),
    })
    .await;
    assert!(meter.read().of("Lambda") >= 8, "{:?}", meter.read());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn step_functions_run_state_machines() {
    let Some(account) = emulator::account("step_functions_run_state_machines") else { return };
    let made = boto(
        &account,
        r#"
print(json.dumps({
    "echo": machine("echo", {"P": {"Type": "Pass", "End": True}}),
    "failing": machine("failing", {"F": {"Type": "Fail", "Error": "Broken", "Cause": "it is"}}),
    "waiting": machine("waiting", {"W": {"Type": "Wait", "Seconds": 3600, "End": True}}),
}))
"#,
    );
    state_machines_suite(&MachinesBench {
        port: Arc::new(step_functions(&account).await),
        clock: Arc::new(RealClock),
        echo: text(&made, "echo"),
        failing: text(&made, "failing"),
        waiting: text(&made, "waiting"),
        missing: text(&made, "echo").replace(":echo", ":missing"),
    })
    .await;
}

/// A state machine that sends its token to a queue and waits.
struct Waiting {
    step_functions: StepFunctions,
    machine: String,
    queue: Arc<dyn Queue>,
    begun: std::sync::Mutex<std::collections::HashMap<String, String>>,
}

fn queue(name: &str) -> QueueName {
    QueueName::new(name).unwrap()
}

#[async_trait]
impl WaitsWithTokens for Waiting {
    fn port(&self) -> Arc<dyn Callbacks> {
        Arc::new(self.step_functions.clone())
    }

    async fn begin(&self) -> String {
        let name = format!("run-{}", self.begun.lock().unwrap().len());
        let start = StartMachine { machine: self.machine.clone(), name, input: json!({}) };
        let started = self.step_functions.start(start).await.unwrap();
        let name = queue("tokens");
        loop {
            let come = self.queue.receive(&name, 1, Duration::from_secs(30), Duration::from_secs(1)).await.unwrap();
            let Some(delivery) = come.into_iter().next() else { continue };
            self.queue.acknowledge(&name, vec![delivery.receipt]).await.unwrap();
            let token = text(&serde_json::from_slice(&delivery.body).unwrap(), "token");
            self.begun.lock().unwrap().insert(token.clone(), started.execution);
            return token;
        }
    }

    async fn answer(&self, token: &str) -> Answer {
        let execution = self.begun.lock().unwrap()[token].clone();
        let found = ended(&self.step_functions, &execution).await;
        match found.status {
            MachineStatus::Succeeded => Answer::Succeeded(found.output.unwrap()),
            _ => Answer::Failed { error: found.error.unwrap_or_default(), cause: found.cause.unwrap_or_default() },
        }
    }

    fn knows_its_tokens(&self) -> bool {
        false
    }
}

async fn ended(machines: &StepFunctions, execution: &str) -> cueline_ports::MachineExecution {
    let look = async {
        loop {
            let found = machines.describe(execution).await.unwrap();
            if found.status != MachineStatus::Running {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.expect("it ends")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn step_functions_take_callbacks() {
    let Some(account) = emulator::account("step_functions_take_callbacks") else { return };
    let cloud = Cloud::new(account.clone());
    let world = cloud.world(&Meter::default()).await.unwrap();
    let made = boto(
        &account,
        r#"print(json.dumps({"machine": machine("waits", {"T": asks(queue("cueline-tokens"), {"token.$": "$$.Task.Token"})})}))"#,
    );
    callbacks_suite(&Waiting {
        step_functions: step_functions(&account).await,
        machine: text(&made, "machine"),
        queue: world.queue,
        begun: Default::default(),
    })
    .await;
}

/// About a minute: the emulator looks every ten seconds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scheduler_keeps_alarms() {
    let Some(account) = emulator::account("scheduler_keeps_alarms") else { return };
    let world = Cloud::new(account.clone()).world(&Meter::default()).await.unwrap();
    boto(
        &account,
        r#"queue("cueline-alarms"); client("scheduler").create_schedule_group(Name="cueline"); print("null")"#,
    );
    let options = SchedulerOptions {
        group: "cueline".into(),
        queue_arn: format!("arn:aws:sqs:{REGION}:{}:cueline-alarms", account.access_key),
        role_arn: format!("arn:aws:iam::{}:role/cueline-scheduler", account.access_key),
    };
    alarms_suite(&AlarmsBench {
        port: Arc::new(SchedulerAlarms::new(&connection(&account).await, options, Meter::default())),
        queue: world.queue,
        name: queue("alarms"),
        clock: Arc::new(RealClock),
    })
    .await;
    let left =
        boto(&account, r#"print(json.dumps(client("scheduler").list_schedules(GroupName="cueline")["Schedules"]))"#);
    assert_eq!(left, json!([]), "a schedule deletes itself");
}

async fn launch(cloud: &Cloud) -> Engine {
    let kinds = Kinds::new().with(bench::kind(16)).with(lambda::kind(4)).with(states::kind(4));
    let world = cloud.world(&Meter::default()).await.unwrap();
    Engine::launch(world, kinds, EngineOptions::default()).await.unwrap()
}

async fn run(engine: &Engine, definition: &Value, input: Value) -> cueline_runtime::Finished {
    engine.definitions().register("work", &definition.to_string()).await.unwrap();
    let id = ExecutionId::new("run-1").unwrap();
    engine.start(StartExecution::of("work", input).with_id(id.clone())).await.unwrap();
    tokio::time::timeout(PATIENCE, engine.wait(&id)).await.expect("it ends").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_definition_calls_a_function_and_a_state_machine() {
    let Some(account) = emulator::account("a_definition_calls_a_function_and_a_state_machine") else { return };
    let made = boto(
        &account,
        r#"
function("total", "def handler(event, context): return {'total': sum(event['prices'])}")
function("broken", "def handler(event, context): raise KeyError('price')")
print(json.dumps({"machine": machine("label", {"P": {"Type": "Pass", "Parameters": {"label.$": "States.Format('{} EUR', $.total)"}, "End": True}})}))
"#,
    );
    let engine = launch(&Cloud::new(account)).await;
    let definition = json!({ "StartAt": "Total", "States": {
        "Total": { "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": { "FunctionName": "total", "Payload.$": "$" }, "OutputPath": "$.Payload", "Next": "Label" },
        "Label": { "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "HeartbeatSeconds": 60,
            "Parameters": { "StateMachineArn": text(&made, "machine"), "Input.$": "$" }, "OutputPath": "$.Output",
            "Next": "Fail" },
        "Fail": { "Type": "Task", "Resource": "cueline:lambda.invoke", "Parameters": { "FunctionName": "broken" },
            "Catch": [{ "ErrorEquals": ["Runtime.HandlerError"], "ResultPath": "$.caught", "Next": "Done" }], "End": true },
        "Done": { "Type": "Pass", "Parameters": { "label.$": "$.label", "error.$": "$.caught.Error" }, "End": true },
    }});
    let finished = run(&engine, &definition, json!({ "prices": [3, 4] })).await;
    assert_eq!(finished.status, ExecutionStatus::Succeeded, "{:?}", finished.failure);
    assert_eq!(*finished.output.unwrap(), json!({ "label": "7 EUR", "error": "Runtime.HandlerError" }));
    engine.shut_down(Duration::from_secs(1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_state_machine_on_step_functions_waits_for_one_of_our_actors() {
    let Some(account) = emulator::account("a_state_machine_on_step_functions_waits_for_one_of_our_actors") else {
        return;
    };
    let cloud = Cloud::new(account.clone());
    let before = cloud.world(&Meter::default()).await.unwrap().queue;
    let made = boto(
        &account,
        r#"
url = queue("cueline-bench")
queue("cueline-bench-dead")
body = {"resource": "cueline:bench.noop", "request": {"value.$": "$.order", "failWith.$": "$.fail"},
    "replyTo": {"taskToken.$": "$$.Task.Token"}, "tenant": "acme"}
print(json.dumps({
    "asks": machine("asks", {"Ask": asks(url, body)}),
    "impatient": machine("impatient", {"Ask": asks(url, body, TimeoutSeconds=1)}),
}))
"#,
    );
    let machines = step_functions(&account).await;
    let start = async |machine: &str, name: &str, input: Value| {
        let start = StartMachine { machine: text(&made, machine), name: name.into(), input };
        machines.start(start).await.unwrap().execution
    };
    // Nobody serves the queue yet: this one gives up, and its message is still there.
    let late = start("impatient", "late", json!({ "order": { "id": 1 }, "fail": "" })).await;
    assert_ne!(ended(&machines, &late).await.status, MachineStatus::Succeeded);

    let engine = launch(&cloud).await;
    let good = start("asks", "good", json!({ "order": { "id": 2, "of": ["é", null] }, "fail": "" })).await;
    let bad = start("asks", "bad", json!({ "order": null, "fail": "Order.Unknown" })).await;
    let found = ended(&machines, &good).await;
    assert_eq!(
        (found.status, found.output),
        (MachineStatus::Succeeded, Some(json!({ "value": { "id": 2, "of": ["é", null] } })))
    );
    let found = ended(&machines, &bad).await;
    assert_eq!((found.status, found.error.as_deref()), (MachineStatus::Failed, Some("Order.Unknown")));
    let gone = async {
        loop {
            let depth = before.depth(&queue("bench")).await.unwrap();
            if depth.ready + depth.leased + depth.delayed == 0 {
                return depth.dead;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let dead = tokio::time::timeout(PATIENCE, gone).await.expect("every message is acknowledged");
    assert_eq!(dead, 0, "an expired token is no dead letter");
    engine.shut_down(Duration::from_secs(1)).await;
}

/// Ten tasks, one after the other: what the wire counts is what the journal says.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_execution_asked_of_the_table_is_what_its_journal_says() {
    let Some(account) = emulator::account("what_an_execution_asked_of_the_table_is_what_its_journal_says") else {
        return;
    };
    let meter = Meter::default();
    let world = Cloud::new(account).world(&meter).await.unwrap();
    let kinds = Kinds::new().with(bench::kind(16));
    let engine = Engine::launch(world, kinds, EngineOptions::default()).await.unwrap();
    let states: serde_json::Map<String, Value> = (0..10)
        .map(|step| {
            let mut state =
                json!({ "Type": "Task", "Resource": "cueline:bench.noop", "Parameters": { "value.$": "$" } });
            if step < 9 {
                state["Next"] = json!(format!("S{}", step + 1))
            } else {
                state["End"] = json!(true)
            }
            (format!("S{step}"), state)
        })
        .collect();
    let before = meter.read();
    let finished = run(&engine, &json!({ "StartAt": "S0", "States": states }), json!({ "order": 7 })).await;
    assert_eq!(finished.status, ExecutionStatus::Succeeded);
    let counted_units = meter.read().write_units - before.write_units;
    let id = ExecutionId::new("run-1").unwrap();
    let (_, counted) = cueline_runtime::cost::count(&engine, &id).await.unwrap();
    let requests = counted.recorded.requests(&cueline_domain::cost::MEASURED);
    println!(
        "write units: {counted_units} counted on the wire, {} from the journal; {:?}",
        requests.write_units, counted.recorded
    );
    assert_eq!((counted.tasks, counted.transitions, counted.recorded.cues), (10, 10, 10));
    let ratio = requests.write_units / counted_units;
    assert!((0.9..=1.1).contains(&ratio), "{} for {counted_units}", requests.write_units);
    engine.shut_down(Duration::from_secs(1)).await;
}

// ---- Where the emulator is blind.

async fn stub(
    answer: impl Fn(&cueline_tests::stub::Asked) -> cueline_tests::stub::Answered + Send + Sync + 'static,
) -> (Stub, Connection) {
    let stub = Stub::start(answer).await.unwrap();
    let connection = Connection::at(&stub.endpoint, REGION, "100000000000", "secret").await;
    (stub, connection)
}

#[tokio::test]
async fn a_function_is_given_the_key_in_its_client_context() {
    let (stub, connection) = stub(|_| (200, json!({ "done": true }))).await;
    let functions = LambdaFunctions::new(&connection, Meter::default());
    let call = FunctionCall {
        function: "orders:live".into(),
        payload: json!({ "a": 1 }),
        idempotency_key: "run-1/7".into(),
        timeout: Duration::from_secs(5),
    };
    assert_eq!(functions.invoke(call).await.unwrap().payload, json!({ "done": true }));
    let asked = stub.asked().remove(0);
    assert!(asked.line.starts_with("POST /2015-03-31/functions/orders%3Alive/invocations"), "{}", asked.line);
    assert_eq!(asked.body, json!({ "a": 1 }));
    assert_eq!(asked.headers["x-amz-invocation-type"], "RequestResponse");
    // {"custom":{"idempotencyKey":"run-1/7"}}
    assert_eq!(asked.headers["x-amz-client-context"], "eyJjdXN0b20iOnsiaWRlbXBvdGVuY3lLZXkiOiJydW4tMS83In19");
}

/// A function that raises `ValueError` in Python answers so.
#[tokio::test]
async fn a_function_that_fails_is_told_by_the_type_of_its_error() {
    let failure = json!({ "errorType": "ValueError", "errorMessage": "no such order", "stackTrace": ["line 3"] });
    let mut told = failure.clone();
    told[HEADERS] = json!({ "x-amz-function-error": "Unhandled" });
    let (_stub, connection) = stub(move |_| (200, told.clone())).await;
    let functions = LambdaFunctions::new(&connection, Meter::default());
    let call = FunctionCall {
        function: "failing".into(),
        payload: json!({}),
        idempotency_key: "run-1/7".into(),
        timeout: Duration::from_secs(5),
    };
    let Err(FunctionError::Failed { error, cause }) = functions.invoke(call).await else { panic!("it failed") };
    assert_eq!((error.as_str(), cause), ("ValueError", failure.to_string()));
}

/// Names of the errors as the service documents them.
#[tokio::test]
async fn an_expired_token_is_told_from_one_that_never_was_and_from_a_missing_permission() {
    let (_stub, connection) = stub(|asked| match asked.body["taskToken"].as_str() {
        Some("expired") => refusal(400, "TaskTimedOut"),
        Some("closed") => refusal(400, "TaskDoesNotExist"),
        Some("invalid") => refusal(400, "InvalidToken"),
        _ => refusal(400, "AccessDeniedException"),
    })
    .await;
    let callbacks = StepFunctions::new(&connection, Meter::default());
    let expected = [
        ("expired", PortErrorKind::NotFound),
        ("closed", PortErrorKind::NotFound),
        ("invalid", PortErrorKind::Invalid),
        ("denied", PortErrorKind::Denied),
    ];
    for (token, kind) in expected {
        let told = [
            callbacks.succeed(token, &json!({})).await.unwrap_err(),
            callbacks.fail(token, "E", "c").await.unwrap_err(),
            callbacks.heartbeat(token).await.unwrap_err(),
        ];
        for (error, action) in told.iter().zip(["SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"]) {
            assert_eq!(error.kind, kind, "{token}: {error}");
            assert!(error.message.contains(&format!("states:{action}")), "{error}");
            assert!(!error.message.contains(token), "a token is a secret: {error}");
        }
    }
}

/// Step Functions answer a repeated start while the execution runs, and refuse it afterwards.
#[tokio::test]
async fn a_repeated_start_is_the_same_execution_while_it_runs_and_after() {
    const MACHINE: &str = "arn:aws:states:us-east-1:1:stateMachine:orders";
    const EXECUTION: &str = "arn:aws:states:us-east-1:1:execution:orders:once";
    let (stub, connection) = stub(|asked| match (asked.operation(), asked.body["name"].as_str()) {
        ("StartExecution", Some("runs")) => (200, json!({ "executionArn": EXECUTION, "startDate": 1_767_225_600.5 })),
        ("StartExecution", _) => refusal(400, "ExecutionAlreadyExists"),
        ("DescribeExecution", _) => {
            let found = json!({ "executionArn": EXECUTION, "stateMachineArn": MACHINE, "name": "once", "status": "SUCCEEDED",
                "startDate": 1_767_225_600.5, "stopDate": 1_767_225_601.0, "input": "{\"n\": 1}", "output": "7" });
            (200, found)
        }
        _ => refusal(400, "UnknownOperationException"),
    })
    .await;
    let machines = StepFunctions::new(&connection, Meter::default());
    let start =
        |name: &str, n: u32| StartMachine { machine: MACHINE.into(), name: name.into(), input: json!({ "n": n }) };
    assert_eq!(machines.start(start("runs", 1)).await.unwrap().started_ms, 1_767_225_600_500);
    assert_eq!(machines.start(start("once", 1)).await.unwrap().execution, EXECUTION);
    assert_eq!(machines.start(start("once", 2)).await.unwrap_err().kind, PortErrorKind::Conflict);
    let asked = stub.asked();
    let operations: Vec<&str> = asked.iter().map(|asked| asked.operation()).collect();
    let again = ["StartExecution", "DescribeExecution"];
    assert_eq!(operations, [&["StartExecution"][..], &again, &again].concat());
    assert_eq!(asked[2].body["executionArn"], EXECUTION);
}
