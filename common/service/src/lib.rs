//! A process: settings, telemetry, start-up, background loops and shutdown.
