//! Subscriptions, one file each.

mod on_inventory_changed;

::service::listeners! { crate::NAME, crate::Ports;
    on_inventory_changed,
}
