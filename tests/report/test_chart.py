"""Bars of storage and math: in a terminal, without one, and in a picture."""

import io
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path
from typing import Literal

import pytest
from rich.console import Console

from micronet_spec.cli import main
from micronet_spec.document import parse
from micronet_spec.entry.entry import Entry, understand
from micronet_spec.manifest import read
from micronet_spec.report.chart import Chart
from micronet_spec.report.plot import draw

ROOT = Path(__file__).parents[2]
KAIST = ROOT / "submissions/micronet-2019/cifar100/02-kaist-ai.yaml"
RIAIR = ROOT / "submissions/micronet-2019/cifar100/01-riair.yaml"
HEAD = """\
manifest: 1
challenge: micronet-2019
task: cifar100
name: {name}
submitted: 2019-10-01
team: {{name: Small, members: [{{name: Ada}}]}}
model:
  input: [1, 16, 16]
  layers:
"""


def chain(*outputs: int, name: str = "Small") -> Entry:
    """Return convolutions `c0`, `c1`, ... of these channels, one after the other."""
    layers = "".join(
        f"    - {{name: c{index}, op: conv2d, kernel: 1, out: {out}}}\n"
        for index, out in enumerate(outputs)
    )
    return understand(read(parse(HEAD.format(name=name) + layers)))


def printed(chart: Chart, *, terminal: bool = False) -> list[str]:
    file = io.StringIO()
    colors: Literal["standard"] | None = "standard" if terminal else None
    console = Console(file=file, width=120, force_terminal=terminal, color_system=colors)
    console.print(chart)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["micronet", "score", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    shown = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, shown.out, shown.err


def test_bars_are_as_long_as_scores() -> None:
    heading, *lines = printed(Chart(chain(100, 1), "layer"))
    assert heading.split() == ["layer", "##", "storage", "==", "math", "score", "share"]
    # Both store 100 weights and multiply by each at 256 positions; only c1 has 99 sums to add up.
    storage = Fraction(100, 36_500_000)
    scores = [storage + Fraction(256 * ops, 10_490_000_000) for ops in (199, 100)]
    lengths = [72, round(72 * scores[1] / scores[0])]
    inks = [round(length * storage / score) for length, score in zip(lengths, scores, strict=True)]
    assert [line.split()[:2] for line in lines] == [
        ["c1", "#" * inks[0] + "=" * (72 - inks[0])],
        ["c0", "#" * inks[1] + "=" * (lengths[1] - inks[1])],
    ]


def test_a_terminal_gets_colors_and_blocks() -> None:
    text = "\n".join(printed(Chart(chain(100, 1), "layer"), terminal=True))
    assert "\x1b[34m\u2588" in text
    assert "\x1b[33m\u2592" in text
    assert "#" not in text


def test_twenty_bars_are_drawn_and_one_for_the_others_that_is_cut() -> None:
    lines = printed(Chart(chain(*[10] * 30), "layer"))[1:]
    assert len(lines) == 21
    assert lines[-1].split()[:2] == ["10", "others"]
    assert lines[-1].split()[2].endswith(">")
    assert not any(">" in line for line in lines[:-1])


def test_a_network_that_costs_nothing_has_no_bars() -> None:
    relu = HEAD.format(name="Small") + "    - {name: a, op: quantize, to: float16}\n"
    [heading] = printed(Chart(understand(read(parse(relu))), "layer"))
    assert heading.split()[0] == "layer"


def test_the_chart_follows_the_table_by_the_same_groups(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, shown, _ = run(monkeypatch, capsys, str(KAIST), "--by", "op", "--chart")
    table, chart = shown.split("\nlint: ")
    assert code == 0
    assert table.splitlines()[1].split()[:4] == ["op", "layers", "stored", "bits"]
    assert [line.split()[0] for line in chart.splitlines()[3:6]] == ["conv2d", "hswish", "linear"]


def test_json_has_the_groups(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, shown, _ = run(monkeypatch, capsys, str(KAIST), "--by", "block", "--format", "json")
    report = json.loads(shown)
    [first] = [group for group in report["groups"] if group["name"] == "layers.2"]
    layers = [layer for layer in report["layers"] if layer["name"].startswith("layers.2.")]
    assert first["layers"] == len(layers) == 13
    assert first["stored_bits"] == sum(layer["stored_bits"] for layer in layers)
    assert first["op_bits"] == sum(layer["op_bits"] for layer in layers)
    assert sum(group["score"] for group in report["groups"]) == pytest.approx(report["score"])


def test_a_png_is_drawn(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    picture = tmp_path / "riair.png"
    code, shown, _ = run(monkeypatch, capsys, str(RIAIR), "--plot", str(picture))
    assert code == 0
    assert "\nscore    0.0047227\n" in shown
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG\r\n")
    assert len(data) > 20_000


def words(picture: Path) -> list[str]:
    """Return every text of an SVG."""
    tree = ET.parse(picture)  # noqa: S314 - drawn by this test
    return [node.text or "" for node in tree.iter("{http://www.w3.org/2000/svg}text")]


def test_an_svg_has_the_entry_the_score_and_what_was_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    picture = tmp_path / "riair.SVG"
    change = ("--set", "layers[*].weight.bits=3", "--by", "op")
    run(monkeypatch, capsys, str(RIAIR), "--plot", str(picture), *change)
    shown = words(picture)
    assert "RIAIR (cifar100/01-riair): score 0.0042065" in shown
    assert "what if layers[*].weight.bits=3" in shown
    assert {"storage 0.0013639", "math 0.0028426"} <= set(shown)
    assert {"conv2d", "scale", "linear"} <= set(shown)
    assert "quantize" not in shown


def test_a_picture_is_the_same_every_time(tmp_path: Path) -> None:
    one, two = tmp_path / "one.svg", tmp_path / "two.svg"
    for path in (one, two):
        draw(path, chain(10, 10), "layer")
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_a_strange_name_is_drawn_as_it_is(tmp_path: Path, suffix: str) -> None:
    picture = tmp_path / f"strange{suffix}"
    name = "$\\frac{1}$ \u540d"
    draw(picture, chain(*[3] * 30, name=f"'{name}'"), "layer")
    assert picture.stat().st_size
    if suffix == ".svg":
        assert any(text.startswith(name) for text in words(picture))


@pytest.mark.parametrize("name", ["riair.gif", "riair", ".png"])
def test_another_suffix_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    code, shown, error = run(monkeypatch, capsys, str(RIAIR), "--plot", name)
    assert (code, shown) == (2, "")
    assert "the name of a picture ends with .png or .svg" in error


def test_a_picture_that_cannot_be_written_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    picture = tmp_path / "none/riair.png"
    code, shown, error = run(monkeypatch, capsys, str(RIAIR), "--plot", str(picture))
    assert (code, shown) == (2, "")
    assert "cannot be written: no such file or directory" in error


def test_without_matplotlib_the_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    picture = tmp_path / "riair.png"
    code, shown, error = run(monkeypatch, capsys, str(RIAIR), "--plot", str(picture))
    assert (code, shown) == (2, "")
    assert "install micronet-spec[plot]" in error
    assert not picture.exists()


def test_nothing_heavy_is_imported_unless_asked_for() -> None:
    program = (
        "import sys, runpy\n"
        f"sys.argv = ['micronet', 'score', {str(RIAIR)!r}, '--chart']\n"
        "try: runpy.run_module('micronet_spec', run_name='__main__')\n"
        "except SystemExit as left: assert not left.code\n"
        "assert 'micronet_spec.report.plot' in sys.modules\n"
        "assert not {'matplotlib', 'numpy'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True)
