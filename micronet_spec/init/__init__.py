"""Drafts: a table of layers to a manifest that says what the table says, and marks the rest."""

from micronet_spec.init.draft import Draft, draft, input_shape
from micronet_spec.init.example import Example, closest, load_examples
from micronet_spec.init.head import Head
from micronet_spec.init.starter import starter_text
from micronet_spec.init.table import LayerTable, Row, read_table
from micronet_spec.init.write import claims_text, manifest_text

__all__ = [
    "Draft",
    "Example",
    "Head",
    "LayerTable",
    "Row",
    "claims_text",
    "closest",
    "draft",
    "input_shape",
    "load_examples",
    "manifest_text",
    "read_table",
    "starter_text",
]
