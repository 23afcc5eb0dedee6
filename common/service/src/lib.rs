//! A process: settings, telemetry, start-up, background loops and shutdown; and [`Service`], the value every service is.
//!
//! | module | holds |
//! |---|---|
//! | `service` | what a process gives a service, and what a service is to a process |
//! | `loops` | background work: a step, a wait, and a driver that stops between steps |
//! | `forget` | documents removed once they have been kept long enough |
//! | `server` | HTTP and the loops of some services, started and stopped |
//! | `process` | a whole process: starts, waits for a signal, drains, ends |
//! | `settings` | every value by flag or environment, all invalid ones reported at once |
//! | `data_dir`, `session_key` | the data directory, its lock, the key that sessions are signed with |
//! | `revocations` | each service's copy of revoked sessions |
//! | `arrivals` | waiting, within a bound, for a copy that is on its way |
//! | `telemetry` | logs and metrics |

pub mod arrivals;
pub mod data_dir;
pub mod forget;
pub mod loops;
pub mod process;
pub mod revocations;
pub mod server;
pub mod service;
pub mod session_key;
pub mod settings;
pub mod telemetry;

pub use arrivals::Arrivals;
pub use data_dir::DataDir;
pub use forget::Forget;
pub use loops::Loop;
pub use server::{Running, ServerOptions, serve};
pub use service::{Platform, Service};
pub use session_key::SessionKey;
pub use settings::{Setting, SettingErrors, Settings};
