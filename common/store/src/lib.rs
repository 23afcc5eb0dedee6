//! Documents, decisions, the group-commit committer and the outbox, on SQLite or in memory.
