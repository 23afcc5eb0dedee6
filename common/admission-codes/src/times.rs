//! Times in a code: whole seconds, and the epochs of rotating codes.

use contract::Timestamp;
use derive_more::{Debug, Display};

/// Seconds for which a device shows one code.
pub const PERIOD_S: u32 = 15;

/// Maximum distance between the epoch of a code and the present one: a scan can follow the end of a
/// period, and the clocks of device and door differ by some seconds.
pub const EPOCHS_APART_MAX: u32 = 1;

/// Whole seconds since 1970-01-01T00:00:00Z, from 1970 to 2106.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Display)]
#[debug("{_0}")]
pub struct UnixSeconds(u32);

impl UnixSeconds {
    /// The second with this number.
    #[must_use]
    pub const fn new(seconds: u32) -> Self {
        Self(seconds)
    }

    /// The number of the second.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl From<Timestamp> for UnixSeconds {
    /// The second that contains the moment, or the nearest one from 1970 to 2106.
    fn from(at: Timestamp) -> Self {
        let seconds = at.unix_ms().div_euclid(1_000).clamp(0, i64::from(u32::MAX));
        Self(u32::try_from(seconds).unwrap_or(u32::MAX))
    }
}

impl From<UnixSeconds> for Timestamp {
    /// The start of the second.
    fn from(seconds: UnixSeconds) -> Self {
        Self::from_unix_ms(i64::from(seconds.0) * 1_000)
    }
}

/// The number of a period of [`PERIOD_S`] seconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Display)]
#[debug("{_0}")]
pub struct Epoch(u32);

impl Epoch {
    /// The epoch with this number.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The epoch that contains the moment.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(UnixSeconds::from(now).get() / PERIOD_S)
    }

    /// The number of the epoch.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Whether a door accepts codes of this epoch during the epoch `present`.
    #[must_use]
    pub const fn is_accepted_in(self, present: Self) -> bool {
        self.0.abs_diff(present.0) <= EPOCHS_APART_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_begins_at_its_first_millisecond_and_is_at_most_the_last_of_2106() {
        for (ms, seconds) in [
            (i64::MIN, 0),
            (-1, 0),
            (999, 0),
            (1_000, 1),
            (4_294_967_295_999, u32::MAX),
            (i64::MAX, u32::MAX),
        ] {
            assert_eq!(UnixSeconds::from(Timestamp::from_unix_ms(ms)).get(), seconds, "{ms}");
        }
    }

    #[test]
    fn an_epoch_lasts_for_a_period() {
        let at = |ms| Epoch::at(Timestamp::from_unix_ms(ms)).get();
        assert_eq!([at(0), at(14_999), at(15_000), at(29_999), at(30_000)], [0, 0, 1, 1, 2]);
    }

    #[test]
    fn the_epochs_before_and_after_the_present_one_are_accepted() {
        let accepted = |epoch, present| Epoch::new(epoch).is_accepted_in(Epoch::new(present));
        assert_eq!(
            [8, 9, 10, 11, 12].map(|epoch| accepted(epoch, 10)),
            [false, true, true, true, false]
        );
        assert!(accepted(0, 0) && !accepted(u32::MAX, 0) && !accepted(0, u32::MAX));
    }
}
