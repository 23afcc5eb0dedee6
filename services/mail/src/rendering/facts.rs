//! The input of a rendering.

use contract::Language;
use contract::show::ShowState;

use crate::domain::Content;
use crate::public_url::PublicUrl;

/// The facts from which a mail is rendered. `Debug` hides the secrets of links.
#[derive(derive_more::Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The content of the letter.
    pub content: &'a Content,
    /// The language of the recipient.
    pub language: Language,
    /// The address of the pages to which links lead.
    pub public_url: &'a PublicUrl,
    /// The address of the page that switches off such mails, for contents that are optional.
    #[debug("…")]
    pub unsubscribe_url: Option<&'a str>,
    /// The present state of the show of a receipt, if it is known.
    pub show: Option<&'a ShowState>,
}

impl Facts<'_> {
    /// The address of a page. `path` starts with a slash.
    pub(crate) fn page(&self, path: &str) -> String {
        self.public_url.page(path)
    }

    /// The link to switch off such mails, where that is possible.
    pub(crate) fn unsubscribe(&self) -> Option<&str> {
        match self.content {
            Content::Notice(_)
            | Content::Receipt(_)
            | Content::Refund(_)
            | Content::Transfer(_) => None,
            Content::ShowChange(_) | Content::FirstSale(_) | Content::DailySales(_) => {
                self.unsubscribe_url
            }
        }
    }
}
