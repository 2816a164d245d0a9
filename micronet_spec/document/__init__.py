"""YAML text to values, with a source span for every node: exact, bounded, and never a crash."""

from micronet_spec.document.document import Document, Problem, Span, within
from micronet_spec.document.loader import load, parse, read
from micronet_spec.document.nodes import Kept, Route

__all__ = ["Document", "Kept", "Problem", "Route", "Span", "load", "parse", "read", "within"]
