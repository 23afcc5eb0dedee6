//! What sellers offer, and what of it can still be bought.
