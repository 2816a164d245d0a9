"""Drafts: a table of layers to a manifest that says what the table says, and marks the rest."""

from micronet_spec.init.draft import Draft, draft
from micronet_spec.init.table import LayerTable, Row, read_table
from micronet_spec.init.write import Head, claims_text, manifest_text, starter_text

__all__ = [
    "Draft",
    "Head",
    "LayerTable",
    "Row",
    "claims_text",
    "draft",
    "manifest_text",
    "read_table",
    "starter_text",
]
