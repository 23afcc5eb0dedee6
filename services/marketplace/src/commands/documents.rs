//! Cached documents of admissions: removes them, in addition to what the service removes by itself.

use std::time::Duration;

use clap::Subcommand;
use service::process::StartError;
use service::settings::duration;
use sources::Clock;

use super::operating::{with_engines, with_store};
use super::output::print;
use crate::settings::MarketplaceSettings;

#[derive(Subcommand)]
pub(super) enum Operation {
    /// Removes cached documents; they are rendered again on request.
    Purge {
        /// Only documents that were rendered earlier than this long ago.
        #[arg(long, value_name = "TIME", value_parser = duration)]
        older_than: Duration,
    },
}

impl Operation {
    pub(super) async fn run(self, settings: &MarketplaceSettings) -> Result<(), StartError> {
        let Self::Purge { older_than } = self;
        let purged = with_engines(settings, async |engines| {
            let (name, collections) = (admissions::NAME, admissions::COLLECTIONS);
            let purging = with_store(engines, name, collections, async |store, _| {
                admissions::purge_documents(store, &Clock::System, older_than).await
            });
            Ok(purging.await?)
        });
        Ok(print(&format!("{} documents removed", purged.await?))?)
    }
}
