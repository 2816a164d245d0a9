"""Drafts: a table of layers to a manifest that says what the table says, and marks the rest."""

from micronet_spec.init.draft import Draft, draft
from micronet_spec.init.head import Head
from micronet_spec.init.starter import starter_text
from micronet_spec.init.table import LayerTable, Row, read_table
from micronet_spec.init.write import claims_text, manifest_text

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
