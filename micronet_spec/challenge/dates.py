"""When an entry was submitted: at an instant, or some time on a day where the deadline is."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

_DAY = timedelta(days=1) // timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """The first and the last second at which something may have happened."""

    first: int
    last: int


def beginning(text: str, zone: tzinfo | None) -> datetime | None:
    """Return the instant `text`, or the start of the day `text` in `zone`.

    None if the calendar has no such day.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)


def period(text: str, zone: tzinfo | None) -> Period | None:
    """Return the second of the instant `text`, or all seconds of the day `text` in `zone`."""
    start = beginning(text, zone)
    if start is None:
        return None
    first = seconds(start)
    return Period(first, first if "T" in text else first + _DAY - 1)


def seconds(instant: datetime) -> int:
    """Return an instant as a number that every zone agrees on."""
    return int((instant - _EPOCH).total_seconds())
