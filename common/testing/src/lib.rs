//! Test support: services over real HTTP on engines that can be restarted, a manual clock,
//! signed-in users, and a contract suite for each port.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "checks are chained, and end where a test has seen enough"
)]
#![expect(clippy::missing_panics_doc, reason = "everything here panics when a test has failed")]

pub mod browser;
pub mod bus_suite;
pub mod client;
pub mod customer;
pub mod engines;
pub mod envelopes;
pub mod journeys;
pub mod kept_mails;
pub mod load;
pub mod marketplace;
pub mod platforms;
pub mod processes;
pub mod proxy;
pub mod reply;
pub mod samples;
pub mod settings;
pub mod smtp_sink;
pub mod store_suite;
pub mod test_app;
pub mod user;

pub use client::Client;
pub use engines::certificates::TestAuthority;
pub use engines::pdf_reader::{PdfReading, read_pdfs};
pub use engines::qr_reader::{QrSymbol, read_qr_codes};
pub use engines::smtp::{SmtpEncryption, SmtpServer};
pub use envelopes::envelope_of;
pub use marketplace::TestMarketplace;
pub use platforms::Platforms;
pub use reply::Reply;
pub use smtp_sink::SmtpSink;
pub use test_app::TestApp;
pub use user::User;

/// The bound after which a hanging test of a suite fails.
pub const TEST_TIME_MAX: std::time::Duration = std::time::Duration::from_mins(1);

/// Makes a test of each property in a module of a suite.
#[macro_export]
macro_rules! laws {
    ($suite:ident, $fixture:expr; $module:ident: $($law:ident),+ $(,)?) => {$(
        #[tokio::test]
        async fn $law() {
            let (fixture, _kept) = $fixture;
            let law = $crate::$suite::$module::$law(fixture);
            tokio::time::timeout($crate::TEST_TIME_MAX, law).await.unwrap();
        }
    )+};
}
