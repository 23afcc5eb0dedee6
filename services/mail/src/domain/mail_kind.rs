//! Kinds of mails, which are counted apart for each address.

use contract::notice::NoticeSubject;

use super::content::Content;

/// The kind of a mail. A flood of one kind does not hold back the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailKind {
    /// A link that verifies an address. Any person can request one to the address of another.
    Verification,
    /// Another mail about the account of the address, such as a link that sets a password.
    Account,
    /// The offer of admissions, or its end. Any person can request one to the address of another.
    Transfer,
    /// A mail about orders, refunds, shows and sales, whose number other users influence.
    Trade,
}

impl MailKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Verification, Self::Account, Self::Transfer, Self::Trade];

    /// The kind of a content.
    #[must_use]
    pub const fn of(content: &Content) -> Self {
        match content {
            Content::Notice(notice) => match notice.subject {
                NoticeSubject::SignUp
                | NoticeSubject::VerifyAddress
                | NoticeSubject::ChangeAddress => Self::Verification,
                NoticeSubject::AccountExists
                | NoticeSubject::AddressChanged { .. }
                | NoticeSubject::ResetPassword
                | NoticeSubject::PasswordChanged
                | NoticeSubject::NewDevice { .. }
                | NoticeSubject::SecondFactorChanged { .. }
                | NoticeSubject::RecoveryCodeUsed { .. } => Self::Account,
            },
            Content::Transfer(_) => Self::Transfer,
            Content::Receipt(_)
            | Content::Refund(_)
            | Content::ShowChange(_)
            | Content::FirstSale(_)
            | Content::DailySales(_) => Self::Trade,
        }
    }
}
