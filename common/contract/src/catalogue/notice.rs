//! Mails about an account, requested by auth and sent by mail.

use serde::{Deserialize, Serialize};

use crate::message::{MessageType, state};
use crate::{Id, Language, Timestamp, UserId};

/// A mail about an account is to be sent.
pub const REQUESTED: MessageType<NoticeState> = MessageType::new("notice.requested", 1);
/// The mail is not to be sent any more: its link was used, or has no effect. Final.
pub const WITHDRAWN: MessageType<NoticeState> = MessageType::new("notice.withdrawn", 1);

/// The subject of a notice.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum NoticeSubject {
    /// A person signed up with the address: a link completes it.
    SignUp,
    /// A person signed up with the address of an account: its owner may sign in.
    AccountExists,
    /// An account has the address: a link verifies it.
    VerifyAddress,
    /// An account is to have the address: a link verifies and changes it.
    ChangeAddress,
    /// An account has another address now: a link restores this one.
    AddressChanged {
        /// The new address, abbreviated: `a…@example.com`.
        #[debug("…")]
        new_email: String,
    },
    /// The owner forgot the password: a link sets another one.
    ResetPassword,
    /// The password was changed.
    PasswordChanged,
    /// A browser that was not known signed in.
    NewDevice {
        /// Its `User-Agent`; empty if it sent none.
        device: String,
    },
    /// The second factor was switched on or off.
    SecondFactorChanged {
        /// Whether sign-ins require it now.
        is_on: bool,
    },
    /// A recovery code was used in place of the second factor.
    RecoveryCodeUsed {
        /// Number of unused codes.
        codes_left: u32,
    },
}

impl NoticeSubject {
    /// Whether the mail contains a link with a secret. Mail creates the secret and publishes its
    /// hash (see [`super::link`]).
    #[must_use]
    pub const fn has_link(&self) -> bool {
        match self {
            Self::SignUp
            | Self::VerifyAddress
            | Self::ChangeAddress
            | Self::AddressChanged { .. }
            | Self::ResetPassword => true,
            Self::AccountExists
            | Self::PasswordChanged
            | Self::NewDevice { .. }
            | Self::SecondFactorChanged { .. }
            | Self::RecoveryCodeUsed { .. } => false,
        }
    }
}

/// A mail about an account. `Debug` hides addresses: they do not belong in logs.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NoticeState {
    /// The notice; also the id of its link.
    pub id: Id,
    /// 1 when requested, 2 when withdrawn.
    pub version: u64,
    /// The account; `None` before the address has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The recipient.
    #[debug("…")]
    pub email: String,
    /// The language of the request.
    pub language: Language,
    /// The subject.
    #[serde(flatten)]
    pub subject: NoticeSubject,
    /// When it was requested.
    pub requested_at: Timestamp,
    /// When its link expires, or when the notice is too old to be sent.
    pub ends_at: Timestamp,
}

state!(NoticeState, "notice", id, version);
