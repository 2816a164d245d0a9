"""All entries of a tree: checked, counted, ranked, beside what was published."""
