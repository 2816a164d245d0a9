"""What people and programs read: findings with their source, tables, JSON."""
