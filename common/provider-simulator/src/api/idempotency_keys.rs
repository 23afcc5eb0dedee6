//! Idempotency keys and their stored responses.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use contract::Timestamp;

use crate::api::error::ApiError;
use crate::api::request::{Request, Response};

/// Time after which a key expires (Stripe: "at least 24 hours old").
const STORED_FOR: Duration = Duration::from_hours(24);

/// Maximum length of a key (Stripe: "up to 255 characters long").
const LENGTH_MAX: usize = 255;

/// All known keys.
#[derive(Debug, Default)]
pub(crate) struct IdempotencyKeys {
    entries: BTreeMap<String, Entry>,
    /// The keys by age, in order of expiry.
    by_age: VecDeque<(Timestamp, String)>,
}

#[derive(Debug)]
struct Entry {
    since: Timestamp,
    first: Request,
    response: Option<Response>,
}

impl IdempotencyKeys {
    /// Looks up a request's key, and registers the key of a first request. Returns the response to
    /// a repeat; `None` if the request is to be executed.
    ///
    /// # Errors
    /// The key is invalid, in use, or of another request.
    pub(crate) fn admit(
        &mut self,
        request: &Request,
        now: Timestamp,
    ) -> Result<Option<Response>, ApiError> {
        self.expire(now);
        let Some(key) = &request.idempotency_key else { return Ok(None) };
        if key.is_empty() || key.chars().count() > LENGTH_MAX {
            let message = "An idempotency key has between 1 and 255 characters.";
            return Err(ApiError::key_of_another_request(message));
        }
        let Some(entry) = self.entries.get(key) else {
            let entry = Entry { since: now, first: request.clone(), response: None };
            self.entries.insert(key.clone(), entry);
            self.by_age.push_back((now, key.clone()));
            return Ok(None);
        };
        if let Some(error) = entry.differs(key, request) {
            return Err(error);
        }
        match &entry.response {
            Some(response) => Ok(Some(response.clone())),
            None => Err(ApiError::key_in_use(key)),
        }
    }

    /// Stores the response of a request with a key; `None` marks the key as in use: the request is
    /// executed, but its response is not sent yet.
    pub(crate) fn record(&mut self, request: &Request, response: Option<&Response>) {
        let key = request.idempotency_key.as_ref();
        if let Some(entry) = key.and_then(|key| self.entries.get_mut(key)) {
            entry.response = response.cloned();
        }
    }

    /// Removes a key whose request did not begin.
    pub(crate) fn release(&mut self, request: &Request) {
        if let Some(key) = &request.idempotency_key {
            self.entries.remove(key);
        }
    }

    /// Removes keys that are old and not in use.
    fn expire(&mut self, now: Timestamp) {
        while let Some((since, key)) = self.by_age.front() {
            if since.plus(STORED_FOR) > now {
                return;
            }
            let is_over = |entry: &Entry| entry.since == *since && entry.response.is_some();
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
