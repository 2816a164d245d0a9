"""Exit codes."""

CLEAN, FOUND, USAGE, NOTHING = 0, 1, 2, 3
"""Nothing found; something found; asked for wrongly; nothing to check, or a mistake of ours."""
