"""Load every file by PyYAML's C loader: values alone, no places, no checks."""

import sys
from pathlib import Path

import yaml

if __name__ == "__main__":
    for name in sys.argv[1:]:
        yaml.load(Path(name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
