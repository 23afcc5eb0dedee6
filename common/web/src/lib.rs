//! HTTP manners: problem bodies, limits, idempotency keys, pagination, sessions, health, OpenAPI.
