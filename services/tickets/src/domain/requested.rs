//! Requests for changes of tickets and shows.

use contract::UserId;

/// Requester of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requester {
    /// A user, who may change their own tickets and shows.
    User(UserId),
    /// An administrator, who may also take down any ticket and offer it again, and cancel or
    /// postpone any show.
    Administrator(UserId),
}

/// Effect of requesting a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requested<T> {
    /// The ticket or show already has the requested state.
    Unchanged,
    /// The revision is pending.
    Revision(Box<T>),
    /// The same revision was already pending.
    Joined(u64),
    /// Another revision is pending.
    Behind(u64),
}

impl<T> Requested<T> {
    /// Whether the requested state is neither in effect nor pending.
    pub(super) const fn is_new(&self) -> bool {
        match self {
            Self::Revision(_) | Self::Behind(_) => true,
            Self::Unchanged | Self::Joined(_) => false,
        }
    }
}
