//! Attempts to collect money, and the provider they are made through.
