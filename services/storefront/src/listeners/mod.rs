//! Subscriptions, one file each: they keep the copies and the list.

mod on_inventory_changed;
mod on_order_cancelled;
mod on_order_completed;
mod on_payment_declined;
mod on_show_changed;
mod on_ticket_changed;

::service::listeners! { crate::NAME, crate::Ports;
    on_inventory_changed,
    on_order_cancelled,
    on_order_completed,
    on_payment_declined,
    on_show_changed,
    on_ticket_changed,
}
