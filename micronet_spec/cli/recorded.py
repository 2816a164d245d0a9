"""An audit from its record, in the forms that `audit` and `report` share."""

from micronet_spec.report.audited import audited
from micronet_spec.report.console import Printer
from micronet_spec.report.github import annotations_of
from micronet_spec.report.recorded.audit import Record
from micronet_spec.report.sarif import sarif_of

FORMS = ("text", "sarif", "github")


def say_record(printer: Printer, record: Record, form: str, *, full: bool) -> None:
    """Print an audit in one of `FORMS`."""
    if form == "text":
        printer.say(*audited(record, printer.width, full=full))
        return
    findings = [finding.model_dump(mode="json") for finding in record.findings]
    if form == "sarif":
        pages = {page.code: page.sections for page in record.pages}
        printer.json(sarif_of(findings, pages, record.tool.version))
    else:
        printer.say(*annotations_of(findings))
