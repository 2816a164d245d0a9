"""The tensors in what a torch pickle described, by name."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from micronet_spec.checkpoint.budget import Budget, Steps
from micronet_spec.checkpoint.collect import Collector, Extent, Geometry
from micronet_spec.checkpoint.inert import Described, Name, Record, Storage, Undescribed
from micronet_spec.checkpoint.refusal import malformed, short, unsafe, unsupported, within
from micronet_spec.checkpoint.tensor import Quantization

Extents = Mapping[str, Extent]
"""Where the bytes of each storage are, by its key."""

_MODULE = ("_parameters", "_buffers", "_modules")
"""What a pickled module keeps its tensors in; they are no part of their names."""
_MOST_IGNORED = 100
_ARRAYS = {f"numpy.{core}.multiarray._reconstruct" for core in ("core", "_core")}


class _Place(NamedTuple):
    name: tuple[str, ...]
    value: Any
    above: frozenset[int]
    """The containers that the value is in."""


class Walk:
    """Adds the tensors in a value to a collector."""

    def __init__(
        self, extents: Extents, collector: Collector, budget: Budget, steps: Steps
    ) -> None:
        self._extents = extents
        self._collector = collector
        self._budget = budget
        self._steps = steps
        self._arrays = 0
        """Of numpy, which hold their values in the pickle."""

    def over(self, value: Any) -> None:
        """Add every tensor in `value`, in its order; raise `RefusedError`."""
        waiting = [_Place((), value, frozenset())]
        while waiting:
            place = waiting.pop()
            self._steps.take()
            name = ".".join(place.name)
            match place.value:
                case Described() as tensor:
                    self._add(name, tensor)
                case Undescribed(why):
                    self._collector.leave(name, why)
                case dict() | list() | tuple() | Record():
                    waiting += reversed(self._inside(place))
                case None:
                    pass
                case other:
                    self._ignore(name, _told(other))
        if self._arrays and self._collector.is_empty:
            message = (
                f"the weights are {self._arrays:,} arrays of numpy in a pickle, which are not "
            )
            raise unsupported(message + "read: save them as npz, or as tensors")

    def _inside(self, place: _Place) -> list[_Place]:
        """Return what is in a container, unless it is all plain."""
        within(len(place.above), self._budget.depth, "containers in containers")
        if isinstance(place.value, Record) and str(place.value.kind) in _ARRAYS:
            self._arrays += 1
        self._steps.take(len(place.above))  # What the names and the set above take to make.
        value = place.value
        if id(value) in place.above:
            return []
        above = place.above | {id(value)}
        inner = [_Place((*place.name, *words), entry, above) for words, entry in _entries(value)]
        if isinstance(value, list | tuple) and not any(_holds(p.value) for p in inner):
            self._steps.take(len(inner))
            inner = []
        if value and not inner:
            self._ignore(".".join(place.name), _told(value))
        return inner

    def _ignore(self, name: str, what: str) -> None:
        """Note what is no tensor, in a few words."""
        ignored = self._collector.ignored
        if len(ignored) < _MOST_IGNORED:
            ignored.append(f"{short(name)}: {what}" if name else what)
        elif len(ignored) == _MOST_IGNORED:
            ignored.append("and more")

    def _add(self, name: str, tensor: Described) -> None:
        extent = self._extent(tensor.storage)
        geometry = Geometry(tensor.shape, tensor.strides, tensor.offset)
        how = None
        if tensor.quantizer is not None:
            how = self._quantization(name, tensor, tensor.quantizer)
        self._collector.add(name, tensor.dtype, extent, geometry, how)

    def _extent(self, storage: Storage) -> Extent:
        """Return the part of a storage's bytes that this description of it views."""
        whole = self._extents.get(storage.key)
        if whole is None:
            raise unsafe(f"the storage `{short(storage.key)}` is missing")
        first = storage.skipped * storage.unit
        part = whole.data[first : first + storage.length]
        return Extent(part, whole.start + first, whole.big_endian)

    def _quantization(
        self, name: str, tensor: Described, quantizer: tuple[Any, ...]
    ) -> Quantization:
        match quantizer:
            case (Name("torch", "per_tensor_affine"), int() | float() as scale, int(zero)):
                return Quantization((float(scale),), (zero,))
            case (
                Name("torch", "per_channel_affine" | "per_channel_affine_float_qparams"),
                Described() as scales,
                Described() as zeros,
                int(axis),
            ) if 0 <= axis < len(tensor.shape):
                count = tensor.shape[axis]
                return Quantization(
                    self._numbers(name, scales, count), self._numbers(name, zeros, count), axis
                )
        raise malformed(f"how `{short(name)}` is quantized cannot be read")

    def _numbers(self, name: str, part: Described, count: int) -> tuple[float, ...]:
        """Return scales or zero points, one for every channel."""
        if part.shape != (count,) or part.dtype not in {"float64", "float32", "int64", "int32"}:
            raise unsafe(
                f"`{short(name)}` does not have one scale and zero point for every channel"
            )
        extent = self._extent(part.storage)
        geometry = Geometry(part.shape, part.strides, part.offset)
        array, _ = self._collector.view(name, part.dtype, extent, geometry)
        return tuple(array.tolist())


def _entries(value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the words that each entry of a container adds to its name, and the entry."""
    if isinstance(value, Record):
        # Of classes with slots the state is a pair.
        states = value.state if isinstance(value.state, tuple) else (value.state,)
        parts = (*states, value.entries, value.elements)
        yield from (((), part) for part in parts if part and isinstance(part, dict | list))
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield () if isinstance(entry, dict) and key in _MODULE else (_word(key),), entry
    else:
        yield from (((str(index),), entry) for index, entry in enumerate(value))


def _word(key: Any) -> str:
    return ",".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _holds(value: Any) -> bool:
    return isinstance(value, dict | list | tuple | Record | Described | Undescribed)


def _told(value: Any) -> str:
    """Say in a few words what is no tensor."""
    match value:
        case Record(kind):
            return f"a {short(str(kind))}"
        case dict() | list() | tuple():
            return f"a {type(value).__name__} of {len(value)}"
        case str() | int() | float() | Name():
            return f"`{short(str(value))}`"
    return f"a {type(value).__name__}"
