"""Files that torch writes, read by torch and by us; every test that imports torch is here."""

from argparse import Namespace
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from micronet_spec.checkpoint.budget import default_budget
from micronet_spec.checkpoint.open import open_checkpoint
from micronet_spec.checkpoint.refusal import Reason, RefusedError
from micronet_spec.checkpoint.request import Request
from micronet_spec.checkpoint.tensor import Checkpoint, StoredTensor
from tests.checkpoint import forge
from tests.checkpoint.damage import FUZZING, damaged

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

BUDGET = replace(default_budget(), steps=20_000)
Read = Callable[[Any], Checkpoint]


@pytest.fixture(params=["torch zip", "torch legacy"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def read(kind: str, tmp_path: Path) -> Read:
    """Save with torch in one of its two formats, and read."""

    def saved(value: Any) -> Checkpoint:
        path = tmp_path / "saved"
        torch.save(value, path, _use_new_zipfile_serialization=kind == "torch zip")
        checkpoint = open_checkpoint(path, default_budget())
        assert checkpoint.format == kind
        return checkpoint

    return saved


def _bits(tensor: Any) -> Any:
    """Return the values of a tensor of torch as numpy, raw where numpy lacks the format."""
    if tensor.is_quantized:
        tensor = tensor.int_repr()
    raw = {torch.bfloat16: torch.uint16, torch.bool: torch.uint8}
    if tensor.dtype in raw or str(tensor.dtype).startswith("torch.float8"):
        tensor = tensor.view(raw.get(tensor.dtype, torch.uint8))
    return tensor.detach().numpy()


def _same(found: StoredTensor, wanted: Any) -> None:
    assert found.shape == tuple(wanted.shape), found.name
    bits = _bits(wanted)
    assert found.data.dtype == bits.dtype, found.name
    np.testing.assert_array_equal(found.data, bits)
    assert not found.data.flags.writeable


def _network() -> Any:
    return torch.nn.Sequential(
        torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Flatten(), torch.nn.LSTM(6, 5)
    )


def test_a_state_dict(read: Read) -> None:
    state = _network().state_dict()
    checkpoint = read(state)
    assert [tensor.name for tensor in checkpoint.tensors] == list(state)
    for tensor in checkpoint.tensors:
        _same(tensor, state[tensor.name])


def test_a_training_checkpoint_in_nested_dictionaries(read: Read) -> None:
    network = _network()
    optimizer = torch.optim.SGD(network.parameters(), 0.1, momentum=0.9)
    sum(parameter.sum() for parameter in network.parameters()).backward()
    optimizer.step()
    state = {f"module.{name}": value for name, value in network.state_dict().items()}
    checkpoint = read(
        {
            "state_dict": state,
            "ema": OrderedDict(state),
            "optimizer": optimizer.state_dict(),
            "epoch": 3,
            "best": np.float64(70.5),
            "args": Namespace(lr=0.1, names=["a"], more=defaultdict(list, a=[1])),
        }
    )
    names = [tensor.name for tensor in checkpoint.tensors]
    assert names[0] == "state_dict.module.0.weight"
    assert "optimizer.state.0.momentum_buffer" in names
    by_name = {tensor.name: tensor for tensor in checkpoint.tensors}
    tied = by_name["ema.module.0.weight"]
    assert tied.storage == by_name["state_dict.module.0.weight"].storage
    assert "epoch: `3`" in checkpoint.ignored
    assert "args.lr: `0.1`" in checkpoint.ignored
    assert any("numpy" in text for text in checkpoint.ignored if text.startswith("best: "))


FLOATS = ("float64", "float32", "float16", "bfloat16")
BYTE_FLOATS = (
    *(f"float8_{kind}" for kind in ("e4m3fn", "e5m2", "e4m3fnuz", "e5m2fnuz", "e8m0fnu")),
)
INTEGERS = (*(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),)
DTYPES = (*FLOATS, *BYTE_FLOATS, *INTEGERS, "bool")


def test_every_format_of_values(read: Read) -> None:
    values = {name: torch.arange(6).reshape(2, 3).to(getattr(torch, name)) for name in DTYPES}
    checkpoint = read(values)
    assert [tensor.dtype for tensor in checkpoint.tensors] == list(DTYPES)
    for tensor in checkpoint.tensors:
        _same(tensor, values[tensor.name])


def test_views_of_one_storage(read: Read) -> None:
    whole = torch.arange(120.0).reshape(2, 3, 4, 5)
    values = {
        "whole": whole,
        "same": whole,
        "half": whole[1],
        "transposed": whole[0, 0].T,
        "channels_last": whole.to(memory_format=torch.channels_last),
        "scalar": whole[0, 1, 2, 3],
        "empty": whole[:0],
        "ones": whole[:1, :1].transpose(0, 1),
    }
    checkpoint = read(values)
    for tensor in checkpoint.tensors:
        _same(tensor, values[tensor.name])
    places = {tensor.name: tensor.storage for tensor in checkpoint.tensors}
    assert places["whole"] == places["same"]
    assert places["half"] == (places["whole"][0] + 240, 240)


@pytest.mark.parametrize("make", ["zeros(1).expand(10**12)", "ones(4).as_strided((3, 2), (1, 1))"])
def test_values_that_overlap_are_refused(read: Read, make: str) -> None:
    tensor = eval(f"torch.{make}")  # noqa: S307 (ours)
    with pytest.raises(RefusedError, match=r"overlap|values; .* allowed") as refused:
        read({"w": tensor})
    assert refused.value.reason in {Reason.UNSAFE, Reason.OVER_BUDGET}


def test_parameters_buffers_and_subclasses(read: Read) -> None:
    values = {
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "buffer": torch.nn.Buffer(torch.ones(3)),
    }
    values["attribute"] = torch.nn.Parameter(torch.ones(4))
    values["attribute"].note = "kept by torch"
    checkpoint = read(values)
    assert [tensor.name for tensor in checkpoint.tensors] == list(values)


def test_quantized_tensors(read: Read) -> None:
    one = torch.quantize_per_tensor(torch.randn(4, 3), 0.25, 3, torch.qint8)
    scales = torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64)
    each = torch.quantize_per_channel(
        torch.randn(4, 3), scales, torch.tensor([1, 2, 3]), 1, torch.quint8
    )
    found = read({"one": one, "each": each}).tensors
    _same(found[0], one)
    _same(found[1], each)
    assert [tensor.dtype for tensor in found] == ["int8", "uint8"]
    how = found[0].quantization
    assert how is not None
    assert (how.scales, how.zero_points, how.axis) == ((0.25,), (3,), None)
    how = found[1].quantization
    assert how is not None
    assert (how.scales, how.zero_points, how.axis) == ((0.1, 0.2, 0.3), (1, 2, 3), 1)


def test_quantized_tensors_of_four_bits(read: Read) -> None:
    scales, zeros = torch.tensor([0.5, 0.25, 1.0]), torch.zeros(3)
    packed = torch.quantize_per_channel(torch.ones(3, 5), scales, zeros, 0, torch.quint4x2)
    (found,) = read({"w": packed}).tensors
    assert (found.dtype, found.shape, found.data.shape) == ("uint4", (3, 5), (8,))
    assert found.quantization is not None
    assert found.quantization.scales == (0.5, 0.25, 1.0)


def test_a_whole_module_is_read_without_its_classes(read: Read) -> None:
    network = _network()
    checkpoint = read({"net": network})
    state = network.state_dict()
    found = {tensor.name: tensor for tensor in checkpoint.tensors}
    for name, tensor in state.items():
        _same(found[f"net.{name}"], tensor)
    # Recurrent layers keep their weights twice; their storage tells.
    twice = {tensor.storage for name, tensor in found.items() if "_flat_weights" in name}
    assert twice == {tensor.storage for name, tensor in found.items() if ".3.weight_" in name} | {
        tensor.storage for name, tensor in found.items() if ".3.bias_" in name
    }
    assert len(found) == len(state) + len(twice)


def test_what_is_no_plain_tensor_is_told(read: Read) -> None:
    checkpoint = read(
        {
            "w": torch.ones(2),
            "complex": torch.zeros(3, dtype=torch.complex64),
            "sparse": torch.eye(3).to_sparse(),
            "meta": torch.zeros(3, device="meta"),
        }
    )
    assert [tensor.name for tensor in checkpoint.tensors] == ["w"]
    assert [unread.name for unread in checkpoint.unread] == ["complex", "sparse", "meta"]


def test_weights_that_are_arrays_of_numpy_are_refused_in_words(read: Read) -> None:
    arrays = {"state_dict": {"a": np.ones(3), "b": np.ones((2, 2))}}
    with pytest.raises(RefusedError, match="are 2 arrays of numpy in a pickle") as refused:
        read(arrays)
    assert refused.value.reason is Reason.UNSUPPORTED
    assert [it.name for it in read({**arrays, "c": torch.ones(3)}).tensors] == ["c"]


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("zipped", [True, False])
def test_every_protocol_of_pickle(tmp_path: Path, protocol: int, *, zipped: bool) -> None:
    path = tmp_path / "saved"
    state = {"a": torch.ones(2, 3), "b": {"c": torch.zeros(4)}}
    torch.save(state, path, pickle_protocol=protocol, _use_new_zipfile_serialization=zipped)
    found = open_checkpoint(path, default_budget()).tensors
    assert [tensor.name for tensor in found] == ["a", "b.c"]
    _same(found[0], state["a"])


PARTS: dict[str, tuple[bytes, Callable[[bytes], bytes]]] = {
    "zip": (forge.torch_zip(forge.GOOD), bytes),
    "pickle in a zip": (
        forge.pickle(forge.GOOD),
        lambda part: forge.archive(forge.zip_members(part)),
    ),
    "legacy": (forge.torch_legacy(forge.GOOD), bytes),
}


@pytest.mark.parametrize("name", PARTS)
@FUZZING
@given(data=st.data())
def test_damage_is_refused_or_read_as_torch_reads_it(
    name: str, tmp_path: Path, data: st.DataObject
) -> None:
    part, file = PARTS[name]
    path = tmp_path / "damaged"
    path.unlink(missing_ok=True)
    path.write_bytes(file(data.draw(damaged(part))))
    try:
        checkpoint = open_checkpoint(path, BUDGET)
    except RefusedError:
        return
    if checkpoint.tensors:
        try:
            wanted = torch.load(path, weights_only=True)
        except Exception:  # noqa: BLE001 (torch raises of every kind where it does not read)
            return
        # A damaged key may be empty, or hold a dot.
        (found,), (tensor,) = checkpoint.tensors, wanted.values()
        _same(found, tensor)


def test_torch_as_the_reader_finds_the_same(tmp_path: Path) -> None:
    path = tmp_path / "saved"
    state = {"net": _network().state_dict(), "half": torch.ones(3, dtype=torch.bfloat16)}
    state["q"] = torch.quantize_per_tensor(torch.randn(4, 3), 0.25, 3, torch.qint8)
    torch.save(state, path)
    own, other = (Request(path=path, reader=reader).open() for reader in ("own", "torch"))
    assert [t.name for t in own.tensors] == [t.name for t in other.tensors]
    for ours, theirs in zip(own.tensors, other.tensors, strict=True):
        assert (ours.dtype, ours.shape, ours.quantization) == (
            theirs.dtype,
            theirs.shape,
            theirs.quantization,
        )
        np.testing.assert_array_equal(ours.data, theirs.data)


def test_torch_as_the_reader_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "saved"
    torch.save({"w": torch.zeros(1).expand(10)}, path)
    with pytest.raises(RefusedError, match="overlap"):
        Request(path=path, reader="torch").open()
    path.write_bytes(forge.torch_zip(forge.call(forge.name("os", "system"), forge.text("id"))))
    with pytest.raises(RefusedError, match="torch refuses it"):
        Request(path=path, reader="torch").open()
    path.write_bytes(b"hello")
    with pytest.raises(RefusedError):
        Request(path=path, reader="torch").open()
