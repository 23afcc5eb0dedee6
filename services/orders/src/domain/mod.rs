//! Stock and orders: pure decisions on states, commands and the present time.

mod hold_limits;
mod holdings;
mod inventory;
mod network_holds;
mod order;
mod order_returns;
mod payment_copy;
mod refusal;
mod seller;
mod show;
mod step;

pub use hold_limits::{HOLDS_MAX, HoldLimits, LimitScope, Network, NetworkShare, UNPAID_END_KEPT};
pub use holdings::{FREE_UNITS_COUNTED, Hold, Holdings, UNPAID_ENDS_KEPT, UnpaidEnd};
pub use inventory::{Inventory, InventoryShow};
pub use network_holds::{EMPTY_COUNT_KEPT, NetworkHolds};
pub use order::{Command, Order, PlacedOrder, Stock};
pub use payment_copy::{PaymentCopy, PaymentCopyStatus};
pub use refusal::Refusal;
pub use seller::Seller;
pub use show::{DecidedShowRevision, Show, ShowTicket, common_show};
pub use step::{Cause, STEPS_MAX, Step, StepKind};
