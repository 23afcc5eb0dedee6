//! For tests only: a contract suite for each port, faults, builders and a client.
