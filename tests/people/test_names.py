"""Names compared: how closely two spellings agree, and what is not alike at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micronet_spec.people.names import Grade, fold, relation
from micronet_spec.people.scripts import disguise


@pytest.mark.parametrize(
    ("one", "other", "grade"),
    [
        ("Wei Wang", "Wei Wang", Grade.SAME),
        ("José García", "jose GARCIA", Grade.MARKS),
        ("Jong-Hyup Kim", "Jonghyup Kim", Grade.MARKS),
        ("A\u200bda Lovelace", "Ada Lovelace", Grade.MARKS),
        ("Lovelace, Ada", "Ada Lovelace", Grade.ORDER),
        ("Kim Jonghyup", "Jong Hyup Kim", Grade.DIVISION),
        ("王伟", "Wang Wei", Grade.DIVISION),
        ("Hans Müller", "Hans Mueller", Grade.TRANSLITERATION),
        ("Александр Иванов", "Aleksandr Ivanov", Grade.TRANSLITERATION),
        ("\u0410da Lovelace", "Ada Lovelace", Grade.TRANSLITERATION),
        ("Taehyeon Kim", "Taehyun Kim", Grade.TRANSLITERATION),
        ("A. Lovelace", "Ada Lovelace", Grade.INITIALS),
        ("Ada M. Lovelace", "Ada Lovelace", Grade.INITIALS),
        ("Lovelace A. M.", "Ada Mary Lovelace", Grade.INITIALS),
        ("Li Wei", "Lei Wei", Grade.SPELLING),
        ("Alexander Dupont", "Alexandre Dupont", Grade.SPELLING),
        ("Wei Wang", "Wei Zhang", None),
        ("Ada", "Ada Lovelace", None),
        ("A. L.", "Ada Lovelace", None),
        ("Ann", "Anne", None),
        ("Ada Byron", "Ada Lovelace", None),
    ],
)
def test_two_names_agree_so_closely(one: str, other: str, grade: Grade | None) -> None:
    assert relation(fold(one), fold(other)) == relation(fold(other), fold(one)) == grade


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_compared_the_same_both_ways(one: str, other: str) -> None:
    assert relation(fold(one), fold(other)) == relation(fold(other), fold(one))
    assert relation(fold(one), fold(one)) == Grade.SAME


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Ada Lovelace", []),
        ("José Çelik Łukasz", []),
        ("Александр Иванов", []),
        ("Wei Wang 王伟", []),
        ("田中さくら", []),
        ("Ka\u02bbiulani", []),
        ("\u0410da", ["\u0410"]),
        ("Ad\u200ba", ["\u200b"]),
        ("Ada\u200f", ["\u200f"]),
    ],
)
def test_letters_that_deceive_are_found(name: str, found: list[str]) -> None:
    assert disguise(name) == found
