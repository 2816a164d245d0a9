"""Channels that carry nothing: always zero, or read by nobody, as far as a file shows it."""

from micronet_spec.verify.channels.idle import Idle, idle_channels
from micronet_spec.verify.channels.removal import without

__all__ = ["Idle", "idle_channels", "without"]
