//! Codes of admissions, which a door verifies with public keys only, without a network.
//!
//! A [`Code`] is either static, as on paper, or rotating: bound to the key of a device, which signs
//! a new one each [`PERIOD_S`] seconds. `docs/admission-codes.md` gives the format byte by byte.

mod bytes;
mod claims;
mod code;
mod device;
pub mod qr;
mod signing;
mod times;
mod verification;

pub use claims::Claims;
pub use code::{Code, NotACode, RotatingCode, StaticCode};
pub use device::{DeviceKey, DeviceRecord, NotADeviceKey, NotARecord};
pub use signing::{sign_device_record, sign_epoch, sign_static};
pub use times::{EPOCHS_APART_MAX, Epoch, PERIOD_S, UnixSeconds};
pub use verification::{Rejected, Verified};
