"""The manifest language: pydantic models, the JSON Schema made from them, and their reader."""

from micronet_spec.manifest.read import Broken, Reading, read

__all__ = ["Broken", "Reading", "read"]
