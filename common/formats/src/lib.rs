//! Numbers, amounts, times and names of devices in the form of a language, and words in every
//! language, for pages and mails.

mod devices;
mod formatters;
mod messages;
mod numbers;
mod times;

pub use devices::device_name;
pub use numbers::{money, number};
pub use times::{
    date, list_time, long_time, short_date, short_time, time, time_of_day, zone_name, zoned,
};
