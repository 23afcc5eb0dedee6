//! Idempotency keys and the first answers under them.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use contract::Timestamp;

use crate::answer::Answer;
use crate::error::ApiError;
use crate::request::Request;

/// A key is forgotten after this time (Stripe: "at least 24 hours old").
const KEPT_FOR: Duration = Duration::from_hours(24);

/// Characters of a key at the most (Stripe: "up to 255 characters long").
const LENGTH_MAX: usize = 255;

/// The keys in use and used.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    entries: BTreeMap<String, Entry>,
    /// The keys by age, to be forgotten in this order.
    by_age: VecDeque<(Timestamp, String)>,
}

#[derive(Debug)]
struct Entry {
    since: Timestamp,
    first: Request,
    answer: Option<Answer>,
}

/// What a key says to a request.
#[derive(Debug)]
pub(crate) enum Admission {
    /// It is the first: do it.
    Do,
    /// It was done: this was the answer.
    Repeat(Answer),
    /// It is not to be done.
    Refuse(ApiError),
}

impl Keys {
    /// Looks a request's key up, and takes it into use if the request is the first under it.
    pub(crate) fn admit(&mut self, request: &Request, now: Timestamp) -> Admission {
        self.forget(now);
        let Some(key) = &request.idempotency_key else { return Admission::Do };
        if key.is_empty() || key.chars().count() > LENGTH_MAX {
            let message = "An idempotency key has between 1 and 255 characters.";
            return Admission::Refuse(ApiError::key_of_another_request(message.to_owned()));
        }
        let Some(entry) = self.entries.get(key) else {
            let entry = Entry { since: now, first: request.clone(), answer: None };
            self.entries.insert(key.clone(), entry);
            self.by_age.push_back((now, key.clone()));
            return Admission::Do;
        };
        if let Some(error) = entry.differs(key, request) {
            return Admission::Refuse(error);
        }
        match &entry.answer {
            Some(answer) => Admission::Repeat(answer.clone()),
            None => Admission::Refuse(ApiError::key_in_use(key)),
        }
    }

    /// Remembers how a request under a key ended.
    pub(crate) fn keep(&mut self, request: &Request, answer: &Answer) {
        let key = request.idempotency_key.as_ref();
        if let Some(entry) = key.and_then(|key| self.entries.get_mut(key)) {
            entry.answer = Some(answer.clone());
        }
    }

    /// Takes a key back into use: its request is done, but not yet answered.
    pub(crate) fn reopen(&mut self, request: &Request) {
        let key = request.idempotency_key.as_ref();
        if let Some(entry) = key.and_then(|key| self.entries.get_mut(key)) {
            entry.answer = None;
        }
    }

    /// Gives a key back: the request under it never began.
    pub(crate) fn release(&mut self, request: &Request) {
        if let Some(key) = &request.idempotency_key {
            self.entries.remove(key);
        }
    }

    /// Forgets the keys that are old enough and not in use.
    fn forget(&mut self, now: Timestamp) {
        while let Some((since, key)) = self.by_age.front() {
            if since.plus(KEPT_FOR) > now {
                return;
            }
            let is_over = |entry: &Entry| entry.since == *since && entry.answer.is_some();
            if self.entries.get(key).is_some_and(is_over) {
                self.entries.remove(key);
            }
            self.by_age.pop_front();
        }
    }
}

impl Entry {
    fn differs(&self, key: &str, request: &Request) -> Option<ApiError> {
        let message = if self.first.method != request.method || self.first.path != request.path {
            let (first, other) = (&self.first.path, &request.path);
            format!(
                "The idempotency key '{key}' was used for '{first}' and cannot be for '{other}'."
            )
        } else if self.first.params != request.params {
            format!(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. \
                 Try using a key other than '{key}' if you meant to execute a different request."
            )
        } else {
            return None;
        };
        Some(ApiError::key_of_another_request(message))
    }
}
