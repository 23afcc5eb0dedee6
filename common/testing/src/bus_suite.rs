//! What every engine of the bus must do.
