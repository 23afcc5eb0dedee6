//! Ids in paths.

use std::str::FromStr;

use contract::id::NotAnId;

use crate::request::extract;
use crate::{Code, Problem};

/// The `{id}` of the path; 400 `invalid_id` unless it is 24 hex digits.
#[derive(Debug, Clone, Copy, derive_more::Deref)]
pub struct PathId<T>(pub T);

extract!(PathId<T> where T: FromStr, Problem, |request| {
    let invalid = || Problem::new(Code::INVALID_ID).error("id", NotAnId.to_string());
    request.match_info().query("id").parse().map(Self).map_err(|_| invalid())
});
