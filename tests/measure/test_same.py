"""Tensors of a file that are tied, or stored twice."""

from dataclasses import replace

from micronet_spec.measure.same import same
from micronet_spec.measure.tensor import measure
from tests.measure.stored import stored

FIRST = replace(stored([[1, 2], [0, 3]]), name="first", storage=(0, 16))


def test_tied_tensors_view_the_same_bytes() -> None:
    tied = replace(FIRST, name="tied")
    _, facts = same((FIRST, tied), (measure(FIRST), measure(tied)))
    assert (facts.same_storage_as, facts.same_values_as) == ("first", "first")


def test_a_transposed_tie_views_the_same_bytes_with_other_values() -> None:
    tied = replace(FIRST, name="tied", data=FIRST.data.T)
    _, facts = same((FIRST, tied), (measure(FIRST), measure(tied)))
    assert (facts.same_storage_as, facts.same_values_as) == ("first", None)


def test_a_copy_is_stored_twice() -> None:
    copy = replace(FIRST, name="copy", storage=(16, 16))
    first, facts = same((FIRST, copy), (measure(FIRST), measure(copy)))
    assert (facts.same_storage_as, facts.same_values_as) == (None, "first")
    assert first.digest == facts.digest


def test_what_only_looks_alike_is_not_the_same() -> None:
    other = replace(stored([[2, 1], [0, 3]]), name="other", storage=(16, 16))
    first, facts = same((FIRST, other), (measure(FIRST), measure(other)))
    assert (facts.same_storage_as, facts.same_values_as) == (None, None)
    assert first.digest != facts.digest
