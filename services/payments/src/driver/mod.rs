//! The driver of work at the provider: a queue of ids, concurrent jobs with retries, and the
//! requests that wait for their end.

pub(crate) mod completions;
pub(crate) mod jobs;
pub(crate) mod queue;
