//! Idempotency keys and their stored responses.

use std::time::Duration;

use contract::Timestamp;
use indexmap::IndexMap;

use crate::api::error::ApiError;
use crate::api::request::{Request, Response};

/// Time after which a key expires (Stripe: "at least 24 hours old").
const STORED_FOR: Duration = Duration::from_hours(24);

/// Maximum length of a key (Stripe: "up to 255 characters long").
const LENGTH_MAX: usize = 255;

#[derive(Debug, Default)]
pub(crate) struct IdempotencyKeys {
    /// By key, oldest first.
    entries: IndexMap<String, Entry>,
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
            self.entries.shift_remove(key);
        }
    }

    /// Removes keys that are old and not in use.
    fn expire(&mut self, now: Timestamp) {
        let is_old = |entry: &Entry| entry.since.plus(STORED_FOR) <= now;
        if self.entries.first().is_some_and(|(_, oldest)| is_old(oldest)) {
            self.entries.retain(|_, entry| entry.response.is_none() || !is_old(entry));
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
