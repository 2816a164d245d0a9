"""torch as the reader, for files that ours refuses; only in a process of its own.

`weights_only=True` was broken up to torch 2.9 (CVE-2025-32434, CVE-2026-24747), and torch checks
neither sizes nor strides, so the tensors that it gives are checked here.
"""

import pickle
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from micronet_spec.checkpoint.budget import Budget, Steps
from micronet_spec.checkpoint.collect import Collector, Extent, Geometry
from micronet_spec.checkpoint.files import mapped
from micronet_spec.checkpoint.formats import FORMATS
from micronet_spec.checkpoint.refusal import malformed, short, unsafe, unsupported, within
from micronet_spec.checkpoint.tensor import Checkpoint, Quantization

_LEAST = (2, 10)
_NAMES = {"qint8": "int8", "quint8": "uint8", "qint32": "int32", "quint4x2": "uint4"}


def open_checkpoint(path: Path, budget: Budget) -> Checkpoint:
    """Return the tensors that `torch.load` finds; raise `RefusedError`, or `OSError`."""
    size = len(mapped(path, budget))
    collector = Collector(budget)
    for name, tensor in _tensors(_load(path), budget):
        _add(name, tensor, collector)
    return collector.checkpoint(path, "read by torch", size)


def _load(path: Path) -> Any:
    try:
        import torch  # noqa: PLC0415 (takes seconds)
    except ImportError:
        raise unsupported("torch is not installed: pip install micronet-spec[torch]") from None
    version = tuple(int(part) for part in re.findall(r"\d+", torch.__version__)[:2])
    if version < _LEAST:
        raise unsupported(f"torch {torch.__version__} is not safe enough; 2.10 is the least")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return torch.load(path, map_location="cpu", weights_only=True)
        except pickle.UnpicklingError as error:
            raise unsafe(f"torch refuses it: {short(str(error))}") from None
        except (MemoryError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 (torch raises of every kind)
            raise malformed(f"torch cannot read it: {short(str(error))}") from None


def _tensors(value: Any, budget: Budget) -> Iterator[tuple[str, Any]]:
    """Yield every tensor in nested containers with its name."""
    import torch  # noqa: PLC0415

    steps = Steps(budget)
    waiting: list[tuple[tuple[str, ...], Any]] = [((), value)]
    while waiting:
        name, found = waiting.pop()
        steps.take()
        within(len(name), budget.depth, "containers in containers")
        if isinstance(found, torch.Tensor):
            yield ".".join(name), found
        elif isinstance(found, dict | list | tuple):
            entries = found.items() if isinstance(found, dict) else enumerate(found)
            waiting += reversed([((*name, str(key)), entry) for key, entry in entries])


def _add(name: str, tensor: Any, collector: Collector) -> None:
    """Add a tensor, by the bytes of its storage."""
    import torch  # noqa: PLC0415

    dtype = str(tensor.dtype).removeprefix("torch.")
    dtype = _NAMES.get(dtype, dtype)
    plain = tensor.layout is torch.strided and not (tensor.is_meta or tensor.is_neg())
    if not plain or dtype not in FORMATS:
        collector.leave(name, f"{dtype} values of this kind are not read")
        return
    storage = tensor.untyped_storage()
    # A view of bytes has no more of them than the storage, whatever the tensor says of its size.
    whole = torch.empty(0, dtype=torch.uint8).set_(storage).numpy()
    extent = Extent(whole.data, storage.data_ptr())
    geometry = Geometry(tuple(tensor.shape), tensor.stride(), tensor.storage_offset())
    collector.add(name, dtype, extent, geometry, _quantization(tensor))


def _quantization(tensor: Any) -> Quantization | None:
    import torch  # noqa: PLC0415

    if not tensor.is_quantized:
        return None
    if tensor.qscheme() is torch.per_tensor_affine:
        return Quantization((tensor.q_scale(),), (tensor.q_zero_point(),))
    return Quantization(
        tuple(tensor.q_per_channel_scales().tolist()),
        tuple(tensor.q_per_channel_zero_points().tolist()),
        tensor.q_per_channel_axis(),
    )
