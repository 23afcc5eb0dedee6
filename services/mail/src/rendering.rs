//! The mails as a recipient sees them: a pure function of the facts of a letter.

mod calendar;
mod event;
mod facts;
mod inserted;
mod message;
mod notice;
mod receipt;
mod refund;
mod sales;
mod show_change;
mod transfer;
mod words;
mod wrapping;

use askama::Template;

pub use facts::Facts;

use crate::domain::Content;
use message::Message;
use words::Words;

/// A rendered mail. `Debug` hides the parts with secret links.
#[derive(derive_more::Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject: one line, at most 120 characters.
    pub subject: String,
    /// The plain text.
    #[debug("…")]
    pub text: String,
    /// The HTML document.
    #[debug("…")]
    pub html: String,
    /// The iCalendar file of a receipt, if the start is known.
    pub calendar: Option<String>,
    /// The link for the `List-Unsubscribe` header of a mail that can be switched off.
    #[debug("…")]
    pub unsubscribe_url: Option<String>,
}

/// A letter that cannot be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The content needs a link, and the letter has none.
    #[error("the letter has no link")]
    NoLink,
    /// A template failed.
    #[error("cannot render the template")]
    Template(#[from] askama::Error),
}

/// The HTML part.
#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a> {
    t: Words,
    message: &'a Message,
    subject: &'a str,
    site: Site<'a>,
}

/// The text part.
#[derive(Template)]
#[template(path = "mail.txt")]
struct Text<'a> {
    t: Words,
    message: &'a Message,
    site: Site<'a>,
}

impl Text<'_> {
    /// The line below the heading.
    fn rule(&self) -> String {
        "=".repeat(self.message.heading.chars().count())
    }
}

/// The pages of all mails.
#[derive(Clone, Copy)]
struct Site<'a> {
    home: &'a str,
    preferences: &'a str,
    unsubscribe_url: Option<&'a str>,
}

/// Renders a letter.
///
/// # Errors
/// [`RenderError::NoLink`] if a content has no link and needs one, and
/// [`RenderError::Template`] if a template fails.
pub fn render(facts: &Facts<'_>) -> Result<Rendered, RenderError> {
    let t = Words::from(facts.language);
    let calendar = match facts.content {
        Content::Receipt(receipt) => calendar::calendar(facts, receipt),
        Content::Notice(_)
        | Content::Refund(_)
        | Content::Transfer(_)
        | Content::ShowChange(_)
        | Content::FirstSale(_)
        | Content::DailySales(_) => None,
    };
    let message = match facts.content {
        Content::Notice(notice) => notice::message(t, facts, notice).ok_or(RenderError::NoLink)?,
        Content::Receipt(receipt) => receipt::message(t, facts, receipt, calendar.as_deref()),
        Content::Refund(refund) => refund::message(t, facts, refund),
        Content::ShowChange(change) => show_change::message(t, facts, change),
        Content::Transfer(transfer) => {
            transfer::message(t, facts, transfer).ok_or(RenderError::NoLink)?
        }
        Content::FirstSale(sale) => sales::first_sale(t, facts, sale),
        Content::DailySales(sales) => sales::daily_sales(t, facts, sales),
    };
    let subject = inserted::subject(&message.subject);
    let unsubscribe_url = facts.unsubscribe();
    let site =
        Site { home: &facts.page("/"), preferences: &facts.page("/account/mail"), unsubscribe_url };
    Ok(Rendered {
        text: Text { t, message: &message, site }.render()?,
        html: Html { t, message: &message, subject: &subject, site }.render()?,
        subject,
        calendar,
        unsubscribe_url: unsubscribe_url.map(str::to_owned),
    })
}
