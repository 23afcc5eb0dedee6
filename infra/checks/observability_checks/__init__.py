"""The parts of infra/checks/observability, a file a matter. Every check answers what it found wrong, a line each: file, rule, what."""
