//! Letters, their recipients and contents: pure decisions on states and the present time.

mod booking;
mod contact;
mod content;
mod delivery;
pub mod letter;
mod link;
mod mail_kind;
mod preferences;
pub mod recipient;
mod refusal;
pub mod sales;
mod show;
mod transfer;
mod unsubscribe_token;

pub use booking::Booking;
pub use contact::Contact;
pub use content::{
    Content, DailySales, FirstSale, Notice, Receipt, Refund, ShowChange, TitleSales,
};
pub use delivery::FailureKind;
pub use letter::{Letter, LetterState, To, Unsent};
pub use link::Link;
pub use mail_kind::MailKind;
pub use preferences::Preferences;
pub use recipient::{Admission, Recipient};
pub use refusal::Refusal;
pub use sales::{SaleDay, Seller};
pub use show::{Announcement, Show};
pub use transfer::{Transfer, TransferNews};
pub use unsubscribe_token::UnsubscribeToken;
