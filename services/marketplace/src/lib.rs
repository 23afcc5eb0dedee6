//! The five services in one process, on embedded engines.
