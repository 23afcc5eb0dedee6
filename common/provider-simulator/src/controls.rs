//! Control by tests and operators: ends of waits, the dashboard, faults.

pub(crate) mod control;
pub(crate) mod dashboard;
pub(crate) mod faults;
