//! One file a subscription.

mod on_order_changed;

use ::service::Platform;
use bus::Listener;
use store::Unavailable;

use crate::{NAME, Ports};

/// Makes every subscription.
pub(crate) async fn all(platform: &Platform, ports: &Ports) -> Result<Vec<Listener>, Unavailable> {
    let (bus, clock) = (&platform.bus, &platform.clock);
    macro_rules! listen {
        ($($name:ident),+) => {
            vec![$({
                let ports = ports.clone();
                let handler = move |received| $name::$name(ports.clone(), received);
                let name = (NAME, stringify!($name));
                Listener::new(bus, clock, name, $name::TYPES, handler).await?
            }),+]
        };
    }
    Ok(listen![on_order_changed])
}
