//! Subscriptions, one file each.

mod on_contact_changed;
mod on_notice_changed;
mod on_order_completed;
mod on_payment_refunded;
mod on_show_changed;
mod on_transfer_changed;

::service::listeners! { crate::NAME, crate::Ports;
    on_contact_changed,
    on_notice_changed,
    on_order_completed paced on_order_completed::PACE,
    on_payment_refunded,
    on_show_changed,
    on_transfer_changed,
}
