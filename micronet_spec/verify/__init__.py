"""A manifest held against its checkpoint: what was measured, recounted, and why it differs."""
