//! Subscriptions, one file each.

mod on_part_made;

::service::listeners! { crate::NAME, crate::Ports;
    on_part_made,
}
