"""How long lint, audit, start and count take, beside what others need for the same files."""
