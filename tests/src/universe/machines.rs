//! State machines that somebody else runs, and those that wait for us.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use cueline_ports::{
    Callbacks, Clock, LONGEST_CAUSE, LONGEST_ERROR, LONGEST_OUTPUT, MachineExecution, MachineStarted, MachineStatus,
    PortError, PortResult, StartMachine, StateMachines, conformance::Answer, cut,
};
use serde_json::Value;
use tokio::sync::Notify;

use super::Chaos;

/// What a state machine does.
#[derive(Debug, Clone, PartialEq)]
pub enum Machine {
    /// Its output is its input.
    Echo,
    /// It ends with this error and cause.
    Fails(String, String),
    /// It does not end.
    Waits,
}

/// The state machines of an account, and the tokens that they wait with.
#[derive(Default)]
pub struct MachineRoom {
    room: Mutex<Room>,
    answered: Notify,
}

#[derive(Default)]
struct Room {
    machines: BTreeMap<String, Machine>,
    executions: BTreeMap<String, MachineExecution>,
    /// `None`: somebody waits.
    tokens: BTreeMap<String, Option<Answer>>,
    beats: u64,
}

impl MachineRoom {
    /// Puts a state machine there; gives its ARN.
    pub fn put(&self, name: &str, machine: Machine) -> String {
        let arn = format!("arn:aws:states:us-east-1:000000000000:stateMachine:{name}");
        self.lock().machines.insert(arn.clone(), machine);
        arn
    }

    /// Executions that were started, by ARN.
    pub fn executions(&self) -> BTreeMap<String, MachineExecution> {
        self.lock().executions.clone()
    }

    /// A state machine begins to wait; gives its token.
    pub fn begin(&self) -> String {
        let mut room = self.lock();
        let token = format!("token-{}", room.tokens.len());
        room.tokens.insert(token.clone(), None);
        token
    }

    /// Nobody waits with this token any more.
    pub fn expire(&self, token: &str) {
        self.lock()
            .tokens
            .insert(token.to_owned(), Some(Answer::Failed { error: "States.Timeout".into(), cause: String::new() }));
    }

    /// How many signs of life came.
    pub fn beats(&self) -> u64 {
        self.lock().beats
    }

    /// What came, once it has.
    pub async fn answer(&self, token: &str) -> Answer {
        loop {
            let mut answered = std::pin::pin!(self.answered.notified());
            answered.as_mut().enable();
            if let Some(Some(answer)) = self.lock().tokens.get(token).cloned() {
                return answer;
            }
            answered.await;
        }
    }

    fn tell(&self, token: &str, answer: Answer) -> PortResult<()> {
        let mut room = self.lock();
        *waiting(&mut room, token)? = Some(answer);
        drop(room);
        self.answered.notify_waiters();
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Room> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn waiting<'a>(room: &'a mut Room, token: &str) -> PortResult<&'a mut Option<Answer>> {
    match room.tokens.get_mut(token) {
        None => Err(PortError::invalid("this is no task token")),
        Some(Some(_)) => Err(PortError::not_found("nobody waits with this task token any more")),
        Some(place) => Ok(place),
    }
}

/// State machines as one process sees them.
pub struct SimMachines {
    room: Arc<MachineRoom>,
    clock: Arc<dyn Clock>,
    chaos: Chaos,
}

impl SimMachines {
    /// State machines of a room.
    pub fn new(room: Arc<MachineRoom>, clock: Arc<dyn Clock>, chaos: Chaos) -> Self {
        Self { room, clock, chaos }
    }

    fn begin(&self, start: StartMachine) -> PortResult<MachineStarted> {
        let mut room = self.room.lock();
        let machine = room.machines.get(&start.machine).cloned();
        let machine = machine.ok_or_else(|| PortError::not_found("there is no such state machine"))?;
        let execution = format!("{}:{}", start.machine.replace(":stateMachine:", ":execution:"), start.name);
        if let Some(known) = room.executions.get(&execution) {
            if known.input != start.input {
                return Err(PortError::conflict("an execution of this name has another input"));
            }
            return Ok(MachineStarted { execution, started_ms: known.started_ms });
        }
        let now_ms = self.clock.now_ms();
        let mut begun = MachineExecution {
            execution: execution.clone(),
            machine: start.machine,
            name: start.name,
            status: MachineStatus::Running,
            input: start.input.clone(),
            output: None,
            error: None,
            cause: None,
            started_ms: now_ms,
            ended_ms: Some(now_ms).filter(|_| machine != Machine::Waits),
        };
        match machine {
            Machine::Echo => (begun.status, begun.output) = (MachineStatus::Succeeded, Some(start.input)),
            Machine::Fails(error, cause) => {
                (begun.status, begun.error, begun.cause) = (MachineStatus::Failed, Some(error), Some(cause));
            }
            Machine::Waits => {}
        }
        room.executions.insert(execution.clone(), begun);
        Ok(MachineStarted { execution, started_ms: now_ms })
    }
}

#[async_trait]
impl StateMachines for SimMachines {
    async fn start(&self, start: StartMachine) -> PortResult<MachineStarted> {
        self.chaos.call("machines.start", || self.begin(start)).await
    }

    async fn describe(&self, execution: &str) -> PortResult<MachineExecution> {
        let find = || {
            let found = self.room.lock().executions.get(execution).cloned();
            found.ok_or_else(|| PortError::not_found("there is no such execution"))
        };
        self.chaos.call("machines.describe", find).await
    }
}

#[async_trait]
impl Callbacks for SimMachines {
    async fn succeed(&self, token: &str, output: &Value) -> PortResult<()> {
        let tell = || {
            if output.to_string().len() > LONGEST_OUTPUT {
                return Err(PortError::invalid("the output is too large"));
            }
            self.room.tell(token, Answer::Succeeded(output.clone()))
        };
        self.chaos.call("callbacks.succeed", tell).await
    }

    async fn fail(&self, token: &str, error: &str, cause: &str) -> PortResult<()> {
        let (error, cause) = (cut(error, LONGEST_ERROR).to_owned(), cut(cause, LONGEST_CAUSE).to_owned());
        self.chaos.call("callbacks.fail", || self.room.tell(token, Answer::Failed { error, cause })).await
    }

    async fn heartbeat(&self, token: &str) -> PortResult<()> {
        let beat = || {
            let mut room = self.room.lock();
            waiting(&mut room, token)?;
            room.beats += 1;
            Ok(())
        };
        self.chaos.call("callbacks.heartbeat", beat).await
    }
}
