//! Views of preferences.

use contract::Language;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Preferences;

/// The mails that an account receives. Mails about security and money cannot be switched off.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MailPreferencesView {
    /// Language of the mails; null for that of the sign-up.
    language: Option<Language>,
    /// Whether changes of shows are mailed to the buyer.
    show_changes: bool,
    /// Whether the first sale and the sales of each day are mailed to the seller.
    sales: bool,
    /// Whether the server of the account's address refused mail within the last 30 days, so that
    /// nothing is sent to it.
    is_refused: bool,
}

impl MailPreferencesView {
    pub(crate) fn of(preferences: &Preferences, is_refused: bool) -> Self {
        let Preferences { language, show_changes, sales, .. } = *preferences;
        Self { language, show_changes, sales, is_refused }
    }
}
