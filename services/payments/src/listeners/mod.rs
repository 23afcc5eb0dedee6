//! Subscriptions, one file each.

mod on_admission_voided;
mod on_order_changed;
mod on_show_changed;

::service::listeners! { crate::NAME, crate::Ports;
    on_admission_voided,
    on_order_changed,
    on_show_changed,
}
