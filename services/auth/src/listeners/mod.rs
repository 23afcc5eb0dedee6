//! Subscriptions, one file each.

mod on_link_issued;
mod on_part_made;

::service::listeners! { crate::NAME, crate::Ports;
    on_link_issued,
    on_part_made,
}
