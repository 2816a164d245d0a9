"""The record of an audit as a reader may rely on it: its models, and reading one from a file."""
