//! Subscriptions, one file each.

mod on_part_made;

use ::service::{Loop, Platform};
use store::Unavailable;

use crate::{NAME, Ports};

/// Opens every subscription.
pub(crate) async fn all(platform: &Platform, ports: &Ports) -> Result<Vec<Loop>, Unavailable> {
    Ok(::service::listeners! { NAME, platform, ports;
        on_part_made,
    })
}
