//! Subscriptions, one file each.

mod on_order_changed;

::service::listeners! { crate::NAME, crate::Ports;
    on_order_changed,
}
