"""A challenge as data: tasks, baselines, dates, cost table and clauses, of any edition."""
