//! At-least-once delivery: durable consumers, the relay and dead letters, embedded or in memory.
