//! Subscriptions, one file each.

mod on_admission_listed;
mod on_admission_voided;
mod on_inventory_changed;
mod on_sale_changed;
mod on_show_refunds_changed;
mod on_show_terms_changed;

::service::listeners! { crate::NAME, crate::Ports;
    on_admission_listed,
    on_admission_voided,
    on_inventory_changed,
    on_sale_changed,
    on_show_refunds_changed,
    on_show_terms_changed,
}
