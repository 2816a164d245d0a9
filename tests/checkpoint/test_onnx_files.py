"""ONNX: the same tensors as onnx itself finds, from the wire format alone."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from micronet_spec.checkpoint.budget import default_budget
from micronet_spec.checkpoint.formats import bits_of
from micronet_spec.checkpoint.open import open_checkpoint
from micronet_spec.checkpoint.tensor import Checkpoint, StoredTensor

PLAIN = ("f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?")
SMALL = ("BFLOAT16", "FLOAT8E4M3FN", "FLOAT8E5M2", "INT4", "UINT4", "FLOAT4E2M1", "INT2")


def _model(*tensors: TensorProto, nodes: Any = ()) -> Any:
    graph = helper.make_graph(list(nodes), "graph", [], [], initializer=list(tensors))
    return helper.make_model(graph)


def _read(model: Any, folder: Path) -> Checkpoint:
    path = folder / "model"
    path.write_bytes(model.SerializeToString())
    checkpoint = open_checkpoint(path, default_budget())
    assert checkpoint.format == "onnx"
    return checkpoint


def _same(found: StoredTensor, wanted: TensorProto) -> None:
    array = numpy_helper.to_array(wanted)
    assert (found.name, found.shape) == (wanted.name, array.shape)
    bits = bits_of(found.dtype)
    if bits < 8:  # Packed, the first value in the lowest bits.
        shifts = np.arange(0, 8, bits)
        values = (np.asarray(found.data, np.uint8)[:, None] >> shifts & (2**bits - 1)).ravel()
        raw = array.view(np.uint8).ravel() & (2**bits - 1)
        np.testing.assert_array_equal(values[: raw.size], raw)
    else:
        np.testing.assert_array_equal(found.data, array.view(found.data.dtype))


def test_arrays_of_every_type(tmp_path: Path) -> None:
    written = [
        numpy_helper.from_array(np.arange(6).reshape(2, 3).astype(kind), kind) for kind in PLAIN
    ]
    checkpoint = _read(_model(*written), tmp_path)
    assert len(checkpoint.tensors) == len(PLAIN)
    for found, wanted in zip(checkpoint.tensors, written, strict=True):
        _same(found, wanted)


@pytest.mark.parametrize("kind", [*SMALL, "FLOAT", "DOUBLE", "INT8", "UINT16", "BOOL", "UINT64"])
def test_values_in_fields_of_their_type(kind: str, tmp_path: Path) -> None:
    number = TensorProto.DataType.Value(kind)
    written = helper.make_tensor("w", number, (5,), [1, 0, 1, 1, 0])
    (found,) = _read(_model(written), tmp_path).tensors
    _same(found, written)


def test_negative_numbers_of_any_length(tmp_path: Path) -> None:
    values = [-(2**63), -1, 0, 127, 128, 2**63 - 1]
    written = helper.make_tensor("w", TensorProto.INT64, (6,), values)
    (found,) = _read(_model(written), tmp_path).tensors
    assert found.data.tolist() == values


def test_tensors_that_nodes_hold(tmp_path: Path) -> None:
    value = numpy_helper.from_array(np.arange(3.0), "ignored")
    constant = helper.make_node("Constant", [], ["c"], value=value)
    branch = helper.make_graph([constant], "branch", [], [], initializer=[])
    choice = helper.make_node("If", ["x"], ["y"], then_branch=branch, else_branch=branch)
    checkpoint = _read(_model(nodes=[constant, choice]), tmp_path)
    names = [tensor.name for tensor in checkpoint.tensors]
    assert sorted(names) == ["c.value", "y.else_branch.c.value", "y.then_branch.c.value"]


def test_texts_and_sparse_tensors_are_told(tmp_path: Path) -> None:
    text = helper.make_tensor("text", TensorProto.STRING, (1,), [b"a"])  # type: ignore[list-item]
    model = _model(text)
    values = numpy_helper.from_array(np.ones(2, np.float32), "values")
    indices = numpy_helper.from_array(np.arange(2), "indices")
    model.graph.sparse_initializer.append(helper.make_sparse_tensor(values, indices, [4]))
    checkpoint = _read(model, tmp_path)
    assert checkpoint.tensors == ()
    assert [unread.name.split(".")[0] for unread in checkpoint.unread] == [
        "text",
        "sparse_initializer",
    ]


def test_external_data_are_read_in_the_given_folder_only(tmp_path: Path) -> None:
    arrays = {name: np.full(1000, index, np.float32) for index, name in enumerate("ab", start=1)}
    model = _model(*(numpy_helper.from_array(array, name) for name, array in arrays.items()))
    path = tmp_path / "model.onnx"
    onnx.save(model, str(path), save_as_external_data=True, location="weights.bin")
    without = open_checkpoint(path, default_budget())
    assert [unread.name for unread in without.unread] == ["a", "b"]
    checkpoint = open_checkpoint(path, default_budget(), external=tmp_path)
    assert {tensor.name: tensor.data[0] for tensor in checkpoint.tensors} == {"a": 1, "b": 2}
    first, second = (tensor.storage for tensor in checkpoint.tensors)
    assert first != second
    assert min(first[0], second[0]) >= path.stat().st_size
