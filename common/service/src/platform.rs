//! The engines and sources of one service, given by its process.

use bus::Bus;
use sources::{Clock, Ids};
use store::Engine;
use web::Sessions;

/// The platform of a service in its process.
#[derive(Clone)]
pub struct Platform {
    /// The engine of this service's own store.
    pub engine: Engine,
    /// The bus.
    pub bus: Bus,
    /// The process's clock.
    pub clock: Clock,
    /// The source of ids.
    pub ids: Ids,
    /// Verification of sessions, shared by the services of a process.
    pub sessions: Sessions,
}
