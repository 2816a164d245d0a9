"""What pickles of other programs and other times hold beside tensors, and how it is told."""

from pathlib import Path

import pytest

from micronet_spec.checkpoint.budget import default_budget
from micronet_spec.checkpoint.open import open_checkpoint
from tests.checkpoint import forge as f

TENSOR = f.tensor(f.storage("0", 4), (4,), (1,))


def _object(module: str, name: str, state: bytes = b"") -> bytes:
    return f.name(module, name) + b")\x81" + (state + b"b" if state else b"")


BENIGN = {
    "the backend of modules before torch 1.3": (
        _object(
            "torch.nn.modules.linear",
            "Linear",
            f.mapping(
                _backend=f.call(f.name("torch.nn.backends.thnn", "_get_thnn_function_backend")),
                _parameters=f.mapping(weight=TENSOR),
            ),
        ),
        ["weight"],
        "_backend: a torch.nn.backends.thnn._get_thnn_function_backend",
    ),
    "the source of a module, as torch kept it before 2020": (
        f.sequence(f.text("module"), f.name("models", "Net"), f.text("net.py"), f.text("class Net"))
        + b"Q)\x81"
        + f.mapping(w=TENSOR)
        + b"b",
        ["w"],
        None,
    ),
    "a class of the network's own, with slots": (
        _object("models", "Net", f.sequence(b"N", f.mapping(w=TENSOR))),
        ["w"],
        None,
    ),
    "a dictionary of a class of its own": (
        _object("easydict", "EasyDict") + f.text("w") + TENSOR + b"s",
        ["w"],
        None,
    ),
    "a list of a class of its own": (
        f.mapping(w=TENSOR, last=f.call(f.name("collections", "deque"), b")") + b"K\x01a"),
        ["w"],
        "last: a list of 1",
    ),
    "classes as keys": (
        b"}(" + f.name("callbacks", "Early") + f.mapping(best=TENSOR) + b"u",
        ["callbacks.Early.best"],
        None,
    ),
    "a function as a value": (
        f.mapping(act=f.name("torch.nn.functional", "relu"), w=TENSOR),
        ["w"],
        "act: `torch.nn.functional.relu`",
    ),
    "an ordered dictionary of Python 2": (
        f.call(f.name("collections", "OrderedDict"), b"](](" + f.text("w") + TENSOR + b"ee"),
        ["w"],
        None,
    ),
    "an object of an old protocol": (
        f.call(
            f.name("copy_reg", "_reconstructor"),
            *(f.name("argparse", "Namespace"), f.name("__builtin__", "object"), b"N"),
        )
        + f.mapping(w=TENSOR)
        + b"b",
        ["w"],
        None,
    ),
    "a list that holds itself": (
        f.mapping(w=TENSOR, me=b"]q\x05h\x05a"),
        ["w"],
        None,
    ),
    "a list of tensors": (b"](" + TENSOR * 2 + b"e", ["0", "1"], None),
    "history": (
        f.mapping(w=TENSOR, losses=b"](" + f.number(1) * 5 + b"e"),
        ["w"],
        "losses: a list of 5",
    ),
}


@pytest.mark.parametrize("name", BENIGN)
def test_benign_pickles_are_read(name: str, tmp_path: Path) -> None:
    value, names, told = BENIGN[name]
    path = tmp_path / "model"
    path.write_bytes(f.torch_zip(value))
    checkpoint = open_checkpoint(path, default_budget())
    assert [tensor.name for tensor in checkpoint.tensors] == names
    assert told is None or told in checkpoint.ignored


def test_not_all_that_is_ignored_is_told(tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.write_bytes(f.torch_zip(f.mapping(**{f"k{n}": f.number(n) for n in range(1000)})))
    ignored = open_checkpoint(path, default_budget()).ignored
    assert len(ignored) == 101
    assert ignored[-1] == "and more"
