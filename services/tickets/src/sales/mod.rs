//! Numbers of shows for their sellers and administrators, as JSON and as tables.

pub(crate) mod category_view;
pub(crate) mod order_view;
pub(crate) mod own_show;
pub(crate) mod sums_view;
