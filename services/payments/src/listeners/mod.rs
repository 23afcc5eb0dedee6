//! One file a subscription.

mod on_order_changed;

use ::service::{Loop, Platform};
use store::Unavailable;

use crate::{NAME, Ports};

pub(crate) async fn all(platform: &Platform, ports: &Ports) -> Result<Vec<Loop>, Unavailable> {
    Ok(::service::listeners! { NAME, platform, ports;
        on_order_changed,
    })
}
