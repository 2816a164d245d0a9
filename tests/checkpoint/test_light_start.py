"""The reading process starts for every checkpoint: it imports only what it reads with."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module",
    [
        "micronet_spec.checkpoint.request",
        "micronet_spec.checkpoint.open",
        "micronet_spec.measure",
        "micronet_spec.verify.measuring",
    ],
)
def test_neither_pydantic_nor_yaml_is_imported(module: str) -> None:
    code = (
        f"import sys, {module}; print({{'pydantic', 'yaml', 'click', 'torch'}} & {{*sys.modules}})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
