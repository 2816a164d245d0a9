"""A static site of an audit, made from its record alone: pages, pictures, and no network access."""
