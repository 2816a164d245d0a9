"""YAML text to values, with a source span for every node: exact, bounded, and never a crash."""

from micronet_spec.document.document import Document, Kept, Problem, Route, Span, within
from micronet_spec.document.loader import load, parse, read

__all__ = ["Document", "Kept", "Problem", "Route", "Span", "load", "parse", "read", "within"]
