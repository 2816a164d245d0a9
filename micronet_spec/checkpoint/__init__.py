"""Checkpoints of strangers, read without executing anything; knows nothing of manifests."""
