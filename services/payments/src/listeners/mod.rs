//! Subscriptions, one file each.

mod on_order_changed;
mod on_show_changed;

::service::listeners! { crate::NAME, crate::Ports;
    on_order_changed,
    on_show_changed,
}
