//! The provider: one value, without a clock and without IO.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::Timestamp;

use crate::answer::{Answer, PendingId, Reply};
use crate::error::{ApiError, Kept};
use crate::faults::{Fault, FaultKind, Faults};
use crate::fields::Fields;
use crate::happening::{Cause, CausingRequest};
use crate::ids::Ids;
use crate::keys::{Admission, Keys};
use crate::operation::Operation;
use crate::operations;
use crate::request::Request;
use crate::world::{Due, World};
use crate::{release, returning};

/// Slow requests whose answers nobody collected are forgotten beyond this number, the oldest first.
const PENDING_MAX: usize = 10_000;

/// A payment provider. Everything in it follows from its seed, the calls and the moments given with them.
///
/// The moments should not go back; what was due by a moment has happened before anything else is done at it.
#[derive(Debug)]
pub struct Provider {
    seed: u64,
    pub(crate) world: World,
    requests: Ids,
    keys: Keys,
    pub(crate) faults: Faults,
    pending: BTreeMap<PendingId, Pending>,
    last_pending: u64,
}

#[derive(Debug)]
enum Pending {
    /// To be done once it is due.
    Waiting { request: Request },
    /// Done; the answer is due later, and so is the end of its key's use.
    Done { request: Request, answer: Answer },
    /// To be collected.
    Ready(Answer),
}

impl Provider {
    /// A provider that nobody has asked anything yet.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let mut ids = Ids::seeded(seed);
        Self {
            seed,
            requests: ids.fork(),
            world: World::new(ids, "http://localhost:12111".to_owned()),
            keys: Keys::default(),
            faults: Faults::default(),
            pending: BTreeMap::new(),
            last_pending: 0,
        }
    }

    /// Says where the page for challenges is served; it is in `next_action`.
    pub fn set_base(&mut self, base: &str) {
        base.clone_into(&mut self.world.base);
    }

    /// Forgets everything: as new, with the same seed.
    pub fn reset(&mut self) {
        let base = std::mem::take(&mut self.world.base);
        *self = Self::seeded(self.seed);
        self.world.base = base;
    }

    /// Does one request.
    pub fn handle(&mut self, request: &Request, now: Timestamp) -> Reply {
        self.settle(now);
        let operation = match Operation::of(request) {
            Ok((operation, _)) => operation,
            Err(error) => return Reply::Answer(self.refused(&error)),
        };
        match self.faults.take(operation) {
            None => Reply::Answer(self.answer(request, now)),
            Some(FaultKind::LoseRequest) => Reply::Lost,
            Some(FaultKind::LoseAnswer) => {
                self.answer(request, now);
                Reply::Lost
            }
            Some(FaultKind::Refuse { status }) => {
                Reply::Answer(self.refused(&ApiError::trouble(status)))
            }
            Some(FaultKind::HideAnswer { status }) => {
                self.answer(request, now);
                Reply::Answer(self.refused(&ApiError::trouble(status)))
            }
            Some(FaultKind::KeepError { status }) => match self.admit(request, now) {
                Ok(()) => Reply::Answer(self.run_and_keep_error(request, status, now)),
                Err(answer) => Reply::Answer(answer),
            },
            Some(FaultKind::DelayRequest { ms }) => match self.admit(request, now) {
                Ok(()) => self.later(Pending::Waiting { request: request.clone() }, ms, now),
                Err(answer) => Reply::Answer(answer),
            },
            Some(FaultKind::DelayAnswer { ms }) => match self.admit(request, now) {
                Ok(()) => {
                    let answer = self.run(request, now);
                    self.keys.reopen(request);
                    self.later(Pending::Done { request: request.clone(), answer }, ms, now)
                }
                Err(answer) => Reply::Answer(answer),
            },
        }
    }

    /// The answer of a slow request, once it is there; it can be collected once.
    pub fn collect(&mut self, pending: PendingId, now: Timestamp) -> Option<Answer> {
        self.settle(now);
        match self.pending.remove(&pending)? {
            Pending::Ready(answer) => Some(answer),
            waiting @ (Pending::Waiting { .. } | Pending::Done { .. }) => {
                self.pending.insert(pending, waiting);
                None
            }
        }
    }

    /// Does what has come due: slow requests, refunds on their way, money held too long.
    pub fn settle(&mut self, now: Timestamp) {
        while let Some((at, due)) = self.world.take_due(now) {
            let cause = Cause::by_itself(at);
            match due {
                Due::Request(pending) => self.finish(pending, at),
                Due::Refund { id, outcome } => {
                    returning::end(&id, outcome, &mut self.world, &cause);
                }
                Due::Expiry { intent } => release::expire(&intent, &mut self.world, &cause),
            }
        }
    }

    /// When something comes due by itself, or a webhook is to be delivered; `None` when all is quiet.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        [self.world.next_due(), self.world.webhooks.next_at()].into_iter().flatten().min()
    }

    /// Plans a fault.
    pub fn plan(&mut self, fault: Fault) {
        self.faults.plan(fault);
    }

    /// The faults still to come.
    #[must_use]
    pub fn planned(&self) -> &[Fault] {
        self.faults.planned()
    }

    /// Ends all faults that are still to come, those of webhooks too. What is under way stays as it is.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
        self.world.webhooks.clear_faults();
    }

    fn answer(&mut self, request: &Request, now: Timestamp) -> Answer {
        match self.admit(request, now) {
            Ok(()) => self.run(request, now),
            Err(answer) => answer,
        }
    }

    /// Asks a request's key whether it is to be done; if not, that is the answer.
    fn admit(&mut self, request: &Request, now: Timestamp) -> Result<(), Answer> {
        match self.keys.admit(request, now) {
            Admission::Do => Ok(()),
            Admission::Repeat(first) => {
                let request_id = self.requests.next("req");
                Err(Answer { replay_of: Some(first.request_id.clone()), request_id, ..first })
            }
            Admission::Refuse(error) => Err(self.refused(&error)),
        }
    }

    /// Does a request that its key admits, and remembers the answer.
    fn run(&mut self, request: &Request, now: Timestamp) -> Answer {
        let id = self.requests.next("req");
        let key = request.idempotency_key.clone();
        let caused_by = CausingRequest { id: id.clone(), idempotency_key: key };
        let cause = Cause { at: now, request: Some(caused_by) };
        let fields = Fields::of(&request.params);
        let done = Operation::of(request).and_then(|(operation, in_path)| {
            operations::run(operation, in_path, fields, &mut self.world, &cause)
        });
        let (status, body, kept) = match done {
            Ok(object) => (200, object.to_string(), Kept::Yes),
            Err(error) => (error.status, error.body(), error.kept),
        };
        let answer = Answer { status, body, request_id: id, replay_of: None };
        match kept {
            Kept::Yes => self.keys.keep(request, &answer),
            Kept::No => self.keys.release(request),
        }
        answer
    }

    /// Does a request that its key admits, and answers and remembers an error instead.
    fn run_and_keep_error(&mut self, request: &Request, status: u16, now: Timestamp) -> Answer {
        let answer = self.run(request, now);
        let error = Answer { status, body: ApiError::trouble(status).body(), ..answer };
        self.keys.keep(request, &error);
        error
    }

    fn later(&mut self, waiting: Pending, ms: u64, now: Timestamp) -> Reply {
        self.last_pending += 1;
        let (pending, at) = (PendingId(self.last_pending), now.plus(Duration::from_millis(ms)));
        self.pending.insert(pending, waiting);
        self.world.schedule(at, Due::Request(pending));
        Reply::Later { pending, at }
    }

    fn finish(&mut self, pending: PendingId, at: Timestamp) {
        let answer = match self.pending.remove(&pending) {
            None => return,
            Some(Pending::Waiting { request }) => self.run(&request, at),
            Some(Pending::Done { request, answer }) => {
                self.keys.keep(&request, &answer);
                answer
            }
            Some(Pending::Ready(answer)) => answer,
        };
        self.pending.insert(pending, Pending::Ready(answer));
        let is_ready = |pending: &Pending| matches!(pending, Pending::Ready(_));
        while self.pending.len() > PENDING_MAX && self.pending.values().next().is_some_and(is_ready)
        {
            self.pending.pop_first();
        }
    }

    fn refused(&mut self, error: &ApiError) -> Answer {
        let request_id = self.requests.next("req");
        Answer { status: error.status, body: error.body(), request_id, replay_of: None }
    }
}
