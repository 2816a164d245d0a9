"""A damaged manifest is checked to the end: no failure of ours, every finding in the text."""

import json
import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from micronet_spec.audit.audit import Audit
from micronet_spec.audit.ranking import Row
from micronet_spec.document import parse
from micronet_spec.entry.entry import understand
from micronet_spec.finding import Severity
from micronet_spec.manifest import read
from micronet_spec.report.json import audit_json
from micronet_spec.report.text import finding_text
from micronet_spec.rules import check

TEXTS = [
    path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parents[1] / "corpus/good").glob("*.yaml"))
    if path.stat().st_size < 4_000
]
TOKEN = re.compile(r"\w+|\s+|.", re.DOTALL)
OTHERS = [
    *("0", "1", "-1", "3", "1000000000", "1e40", "0.5", ".nan", "~", "true", "''", "'1'", "[]"),
    *("{}", "[", "]", "{", "}", ", ", ": ", "\n", "\n  ", "- ", "#", "'", '"', "input", "conv"),
    *(
        "conv2d",
        "linear",
        "add",
        "mask",
        "dense",
        "tree",
        "float16",
        "none",
        "unstated",
        "é",
        "<a>",
    ),
]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Return a good manifest with a few of its words and signs changed, dropped or repeated."""
    tokens = TOKEN.findall(draw(st.sampled_from(TEXTS)))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(tokens) - 1))
        other = draw(st.sampled_from([*OTHERS, tokens[draw(st.integers(0, len(tokens) - 1))]]))
        kind = draw(st.sampled_from(["replace", "drop", "insert"]))
        tokens[place : place + (kind != "insert")] = [] if kind == "drop" else [other]
        if not tokens:
            break
    return "".join(tokens)


@settings(max_examples=500)
@given(damaged())
def test_a_damaged_manifest_is_checked_to_the_end(text: str) -> None:
    entry = understand(read(parse(text)))
    findings = check(entry)
    assert "MN901" not in {finding.code for finding in findings}
    for finding in findings:
        for label in (finding.primary, *finding.related):
            line = entry.document.lines[label.span.line - 1]
            assert 1 <= label.span.column < label.span.end <= len(line) + 2
        assert finding_text(finding, {}, 80).plain
    if not entry.score:
        assert any(finding.rule.severity is Severity.ERROR for finding in findings)
    json.dumps(audit_json(Audit((Row(entry, tuple(findings), None),))), allow_nan=False)
