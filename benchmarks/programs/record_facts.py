"""Print, as JSON, which files an audit's record is of, and how many could be counted how far."""

import json
import sys
from collections import Counter
from pathlib import Path

if __name__ == "__main__":
    entries = json.loads(Path(sys.argv[1]).read_bytes())["entries"]
    kinds = Counter(entry["kind"] for entry in entries)
    print(json.dumps({"files": [entry["file"] for entry in entries], **kinds}))
