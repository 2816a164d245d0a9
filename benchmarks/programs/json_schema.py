"""Validate the values of every file by the JSON Schema, with jsonschema; print the CPU seconds.

The values are parsed before the clock starts, by our own loader: PyYAML's makes dates of texts.
"""

import sys
import time
from pathlib import Path

from jsonschema import Draft202012Validator

from micronet_spec.document import load
from micronet_spec.manifest.schema import manifest_schema


def main(paths: list[Path]) -> float:
    """Return the seconds that validation takes. Raises `ValueError` if a file is not valid."""
    validator = Draft202012Validator(manifest_schema())
    values = [load(path).values for path in paths]
    start = time.process_time()
    valid = [validator.is_valid(value) for value in values]
    seconds = time.process_time() - start
    if not all(valid):
        raise ValueError(f"not valid: {paths[valid.index(False)]}")
    return seconds


if __name__ == "__main__":
    print(main([Path(name) for name in sys.argv[1:]]))
