//! What every engine of the store must do.
