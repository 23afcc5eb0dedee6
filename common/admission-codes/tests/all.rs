//! Codes as a door receives them: round trips, changes, times and keys.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod changes;
mod device_keys;
mod round_trips;
mod samples;
mod times;
