"""What the check of dependencies looks at."""
