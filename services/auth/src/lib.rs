//! Accounts and sessions: who is asking, and who may no longer.
