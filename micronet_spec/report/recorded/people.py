"""The persons of a record, over all teams."""

from micronet_spec.report.recorded.base import Recorded


class TaskShare(Recorded):
    """What a person has in one task."""

    challenge: str
    task: str
    limit: int
    standing: list[str]
    undecided: list[str]
    fallen: list[str]
    slots_left: int


class PublicId(Recorded):
    """An id at a public site."""

    site: str
    id: str


class Person(Recorded):
    """A person over all teams."""

    person: str
    names: list[str]
    ids: list[PublicId]
    tasks: list[TaskShare]


class People(Recorded):
    """The persons, and what cannot be known of them."""

    people: list[Person]
    without_id: int
    memberships_of_nobody: int
