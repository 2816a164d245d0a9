"""Two sites: of the real entries, and of an entry whose every text is hostile."""

import json
from pathlib import Path

import pytest

from micronet_spec.audit.audit import audit, manifests
from micronet_spec.report.record import audit_record
from micronet_spec.report.recorded.read import load_record
from micronet_spec.site.build import build

ROOT = Path(__file__).parents[2]
HOSTILE = "<script>alert(1)</script>ESCAPE\\\"'><img src=x onerror=alert(2)>"
MANIFEST = f"""\
manifest: 1
challenge: micronet-2019
task: cifar100
name: "{HOSTILE}"
submitted: 2019-10-11
team:
  name: "{HOSTILE}"
  affiliation: "{HOSTILE}"
  members: [{{name: "{HOSTILE}", note: "{HOSTILE}"}}, {{github: ada}}]
repository: {{url: "https://example.org/?<script>", license: "{HOSTILE}"}}
training: {{data: [cifar100/train], start_weights: none}}
quality: {{top1_percent: 80.07}}
claims: {{score: 0.5, source: "{HOSTILE}"}}
checkpoint: {{file: "{HOSTILE}"}}
model:
  input: [3, 32, 32]
  layers:
    - {{name: "<b>ESCAPE", op: conv2d, out: 8, kernel: 3, padding: same}}
    - {{name: act, op: relu}}
    - {{name: pool, op: global_avg_pool}}
    - {{name: fc, op: linear, out: 100, bias: {{}}}}
"""
CLAIMS = """\
layer,stored_bits,multiplies,multiply_bits,adds,add_bits,source
fc,10,10,32,10,32,<b>here</b>
<script>alert(3)</script>,10,,,,,
"""


def site_of(submissions: Path, folder: Path) -> Path:
    record = folder / "audit.json"
    written = json.dumps(audit_record(audit(manifests(submissions))))
    # No manifest may hold what acts on a terminal; a record is only a file.
    record.write_text(written.replace("ESCAPE", "\\u001b[31m\\u202e"), encoding="utf-8")
    build(load_record(record), folder / "site")
    return folder / "site"


@pytest.fixture(scope="package")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site of the real entries."""
    return site_of(ROOT / "submissions", tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="package")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site of three entries that want to be more than text."""
    folder = tmp_path_factory.mktemp("hostile")
    task = folder / "submissions/board/cifar100"
    task.mkdir(parents=True)
    (task / "01-<b>.yaml").write_text(MANIFEST, encoding="utf-8")
    (task / "01-<b>.claims.csv").write_text(CLAIMS, encoding="utf-8")
    (task / "01-_b_.yaml").write_text(MANIFEST, encoding="utf-8")
    (task / "02-broken.yaml").write_text("manifest: [", encoding="utf-8")
    (task.parent / "board.csv").write_text(
        'task,position,name,affiliation,score\ncifar100,1,<i>x</i>,"<script>",0.1\n',
        encoding="utf-8",
    )
    return site_of(folder / "submissions", folder)
