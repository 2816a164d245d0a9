"""The table of ops as other programs call them, against the ops of the language."""

from micronet_spec import data
from micronet_spec.document import load
from micronet_spec.manifest.layers import OPS
from micronet_spec.manifest.op_names import plain


def test_every_word_means_one_thing_and_no_op_of_the_language() -> None:
    names = load(data.folder("spec") / "op-names.yaml").values
    assert isinstance(names, dict)
    same = {word: op for op, words in names["same"].items() for word in words}
    words = [word for words in names["same"].values() for word in words] + [
        *names["nothing"],
        *names["instead"],
    ]
    assert len(words) == len(set(words))
    assert set(same.values()) <= OPS
    assert not OPS & set(words)
    assert all(plain(word) == word for word in words)
