"""Rules for people and programs: one page in full, all of them as a table, as JSON, as an index."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich import box
from rich.table import Table

from micronet_spec.challenge.challenge import Clause
from micronet_spec.rulebook import Page

_STAGES = {
    "MN0": "The file",
    "MN1": "The manifest and its graph",
    "MN2": "What is counted",
    "MN3": "Quality and training",
    "MN4": "Claims and tables",
    "MN5": "Artifacts and dates",
    "MN6": "The board and its people",
    "MN7": "Evidence",
    "MN9": "The program itself",
}
"""What the hundreds of the program's codes are about."""
_STAGE = 3
"""Letters of a code that name its stage."""
_HEAD = """\
# The rules

Every finding the program can make, one page each in `spec/rules/`. This index is made from the
pages by `micronet explain --format markdown`; `micronet explain CODE` shows one.

The hundreds of a code are the stages of reading: an error of an early stage may cause later ones.
A finding for review is probable, not proven: a person has to judge. One that is not waivable
cannot be set aside by the organizers.
"""


def rule_text(page: Page, clauses: Mapping[str, Clause]) -> str:
    """Return a page as Markdown for a reader who has only the terminal, clauses in words."""
    rule = page.rule
    facts = [str(rule.severity), "for review" if rule.confidence == "review" else "certain"]
    facts += [rule.scope, "waivable" if rule.waivable else "not waivable"]
    if rule.unranks:
        facts.append(f"an entry is {rule.unranks}, without a rank")
    lines = [f"# {rule.code} {rule.name}", "", ", ".join(facts), ""]
    for title, text in page.sections.items():
        lines += [f"## {title}", "", text, ""]
        if title == "Why":
            cited = [(it, clauses[it].text) for it in rule.clauses if it in clauses]
            lines += [line for it, said in cited for line in (f"> **{it}** {said}", ">")][:-1]
            lines += [""] if cited else []
    for example in page.examples:
        lines += [f"## {example.title}", ""]
        for block in example.blocks:
            lines += [f"```{block.kind} {block.options}".rstrip(), block.marked.rstrip("\n"), "```"]
            lines.append("")
    return "\n".join(lines)


def rule_json(page: Page) -> dict[str, Any]:
    """Return a rule as an object: front matter and prose."""
    rule = page.rule
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": str(rule.severity),
        "confidence": rule.confidence,
        "clauses": list(rule.clauses),
        "scope": rule.scope,
        "check": rule.check,
        "requires": list(rule.requires),
        "waivable": rule.waivable,
        "unranks": rule.unranks,
        "help": rule.help,
        "sections": dict(page.sections),
    }


def rule_table(pages: Iterable[Page]) -> Table:
    """Return a line for every rule."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("rule", "", "severity", "clauses", "what it finds"):
        table.add_column(heading, overflow="fold", no_wrap=heading in {"rule", ""})
    for page in pages:
        rule = page.rule
        review = " (review)" if rule.confidence == "review" else ""
        what = _first_sentence(page.sections["What"])
        clauses = " ".join(rule.clauses)
        table.add_row(rule.code, rule.name, f"{rule.severity}{review}", clauses, what)
    return table


def rule_index(pages: Iterable[Page]) -> str:
    """Return the index of all rules as Markdown."""
    return "\n".join(_index(list(pages))) + "\n"


def _index(pages: list[Page]) -> Iterator[str]:
    yield from _HEAD.splitlines()
    stage = ""
    for page in pages:
        rule = page.rule
        if rule.code[:_STAGE] != stage:
            stage = rule.code[:_STAGE]
            yield from ("", f"## {stage}xx {_STAGES.get(stage, '')}".rstrip(), "")
            yield "| rule | severity | clauses | what it finds | how to fix it |"
            yield "|---|---|---|---|---|"
        name = page.document.path.name
        review = ", for review" if rule.confidence == "review" else ""
        waivable = "" if rule.waivable else ", not waivable"
        cells = (
            f"[{rule.code} {rule.name}](../spec/rules/{name})",
            f"{rule.severity}{review}{waivable}",
            " ".join(rule.clauses),
            _first_sentence(page.sections["What"]),
            # The help of an expression has values of the entry in it.
            _first_sentence(page.sections["How to fix"]) if "${" in rule.help else rule.help,
        )
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _first_sentence(text: str) -> str:
    flat = " ".join(text.split())
    return flat.partition(". ")[0].rstrip(".")
