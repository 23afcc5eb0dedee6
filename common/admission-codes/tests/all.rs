//! Codes as a door receives them: round trips, changes, times, keys, QR codes, and test vectors that
//! another implementation verifies.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod changes;
mod device_keys;
mod qr_codes;
mod round_trips;
mod samples;
mod times;
mod vectors;
