//! The state of an engine that does not commit.

use tokio::time::Instant;

use crate::engines::batch::Marker;

/// The state of an engine whose last commit failed.
pub(super) struct EngineFailure {
    /// The batch whose outcome is unknown.
    pub(super) unknown: Option<Marker>,
    /// Whether the last failure was slow.
    pub(super) hangs: bool,
    pub(super) failures: u32,
    pub(super) probe_at: Instant,
}

impl EngineFailure {
    /// Time of the next probe of the engine.
    pub(super) fn probe_at(&self) -> Instant {
        self.probe_at
    }
}
