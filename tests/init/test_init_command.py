"""`micronet init` as people use it."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from micronet_spec.audit.audit import lint
from micronet_spec.challenge.editions import Challenges

Run = Callable[..., Any]
Tabled = Callable[..., Path]
TO_FILL_IN = {"MN302", "MN312", "MN501", "MN503"}


@pytest.mark.parametrize("task", ["cifar100", "imagenet", "wikitext103"])
def test_a_starter_lints_with_what_a_newcomer_must_fill_in(micronet: Run, task: str) -> None:
    assert micronet("init", "--task", task).code == 0
    entry, findings = lint(Path("draft.yaml"))
    assert {finding.code for finding in findings} == TO_FILL_IN
    assert entry.score
    assert not Path("draft.claims.csv").exists()


@pytest.mark.parametrize("task", ["shapes", "words"])
def test_a_challenge_without_examples_has_a_starter_too(micronet: Run, task: str) -> None:
    folder = Path(__file__).parents[1] / "challenges"
    assert micronet("init", "--challenges", str(folder), "--task", task).code == 0
    entry, findings = lint(Path("draft.yaml"), Challenges(folder))
    assert {finding.code for finding in findings} <= TO_FILL_IN
    assert entry.score


def test_a_draft_is_written_with_the_tables_counts_beside_it(micronet: Run, tabled: Tabled) -> None:
    table = tabled("a,linear,4,5,20", header="name,op,c_in,c_out,mults")
    result = micronet("init", "--table", str(table), "-o", "mine.yaml", "--name", "Ada: 1 # x")
    assert result.code == 0
    assert "1 layers, task wikitext103 (assumed)" in result.out
    entry, findings = lint(Path("mine.yaml"))
    # The table counts products and no sums.
    assert {finding.code for finding in findings} == TO_FILL_IN | {"MN417"}
    assert entry.name == "Ada: 1 # x"
    assert entry.claims_file
    [row] = entry.claims_file.rows
    assert (row.layer, row.multiplies, row.source) == ("a", Fraction(20), "layers.csv:2")


@pytest.mark.parametrize("existing", ["mine.yaml", "mine.claims.csv"])
def test_nothing_is_written_over_unless_forced(
    micronet: Run, tabled: Tabled, existing: str
) -> None:
    table = str(tabled("a,linear,4,5"))
    Path(existing).write_text("precious")
    result = micronet("init", "--table", table, "-o", "mine.yaml")
    assert (result.code, Path(existing).read_text()) == (2, "precious")
    assert f"{existing} exists" in result.err
    assert {path.name for path in Path().iterdir()} == {"layers.csv", existing}
    assert micronet("init", "--table", table, "-o", "mine.yaml", "--force").code == 0
    assert "precious" not in Path(existing).read_text()


def test_a_link_that_leads_nowhere_is_not_followed(micronet: Run, tmp_path: Path) -> None:
    (tmp_path / "draft.yaml").symlink_to(tmp_path / "elsewhere")
    assert micronet("init").code == 2
    assert not (tmp_path / "elsewhere").exists()


def test_the_table_itself_is_never_written_over(micronet: Run, tmp_path: Path) -> None:
    table = tmp_path / "mine.claims.csv"
    table.write_text("name,op,c_in,c_out\na,relu,1,1\n")
    result = micronet("init", "--table", str(table), "-o", "mine.yaml", "--force")
    assert result.code == 2
    assert table.read_text().startswith("name,op")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--task", "mnist"),
        ("--challenge", "micronet-1919"),
        ("-o", "draft.txt"),
        ("-o", "no/such/folder/draft.yaml"),
        ("--name", "two\nlines"),
        ("--name", " "),
    ],
)
def test_a_request_that_makes_no_sense_is_a_usage_error(
    micronet: Run, arguments: tuple[str, ...]
) -> None:
    assert micronet("init", *arguments).code == 2
    assert not list(Path().iterdir())


def test_a_bad_table_is_reported_at_its_cell_and_nothing_is_written(
    micronet: Run, tabled: Tabled
) -> None:
    result = micronet("init", "--table", str(tabled("a,relu,many,4")))
    assert result.code == 1
    assert "error[MN403 layer-table]: `c_in`" in result.out
    assert "layers.csv:2:8" in result.out
    assert not Path("draft.yaml").exists()


def test_a_foreign_column_is_no_reason_to_stop(micronet: Run, tabled: Tabled) -> None:
    path = tabled("a,relu,4,4,9", header="name,op,c_in,c_out,speed")
    result = micronet("init", "--table", str(path))
    assert result.code == 0
    assert "note[MN404 foreign-column]" in result.out


def test_a_table_that_is_not_there_is_a_finding(micronet: Run) -> None:
    result = micronet("init", "--table", "nowhere.csv")
    assert result.code == 1
    assert "MN001" in result.out


def test_a_draft_too_long_to_be_read_again_is_not_written(micronet: Run, tabled: Tabled) -> None:
    path = tabled(*(f"layer-{i:060},relu,4,4" for i in range(48_000)))
    result = micronet("init", "--table", str(path))
    assert result.code == 1
    assert "at most 4,194,304 are read" in result.out
    assert not Path("draft.yaml").exists()


def test_what_a_stranger_writes_in_cells_stays_in_its_place(micronet: Run, tabled: Tabled) -> None:
    evil = "x\u2028    - {name: evil, op: relu}"
    path = tabled(
        f'"{evil}","{evil}",4,4,"{evil}"',
        '"{a: [b",linear,4,4,"a: b, c #"',
        "true,relu,4,4,",
        "&a,relu,4,4,*a",
        header="name,op,c_in,c_out,checkpoint_key",
    )
    assert micronet("init", "--table", str(path)).code == 0
    entry, findings = lint(Path("draft.yaml"))
    assert {finding.code for finding in findings} <= TO_FILL_IN | {"MN210"}
    names = [layer.name for layer in entry.reading.layers]
    assert names == ["x_-_{name:_evil,_op:_relu}", "{a:_[b", "true", "&a"]
