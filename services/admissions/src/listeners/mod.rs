//! Subscriptions, one file each.

mod on_link_issued;
mod on_order_completed;
mod on_show_changed;
mod on_ticket_changed;

::service::listeners! { crate::NAME, crate::Ports;
    on_link_issued,
    on_order_completed,
    on_show_changed,
    on_ticket_changed,
}
