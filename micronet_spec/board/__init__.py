"""The published board, and where a score would stand on it."""
