//! Exports and erasures: deadlines contain no personal data.

use std::future::{Future, ready};

use contract::UserId;
use service::person::{Part, PersonalData};
use store::Unavailable;

/// Reports an empty part: expiration stores no personal data.
#[derive(Clone)]
pub(crate) struct NoData;

impl PersonalData for NoData {
    fn export(
        &self,
        _: UserId,
        _: &mut Part,
    ) -> impl Future<Output = Result<(), Unavailable>> + Send {
        ready(Ok(()))
    }

    fn erase(&self, _: UserId) -> impl Future<Output = Result<(), Unavailable>> + Send {
        ready(Ok(()))
    }
}
