"""What names and calls in torch's pickles stand for. Closed: what is not listed is refused.

Nothing here looks anything up, so that nothing could run; refusals tell who relies on the verdict
that the file asks for more than data. A name is refused if it is of the standard library and not
listed, since weights need none of it. Other names are classes of the entrant's, or of torch: their
objects become records, from which the tensors are taken. Any call that is not listed is refused.
"""

import sys
from _compat_pickle import IMPORT_MAPPING
from collections.abc import Callable
from typing import Any

from micronet_spec.checkpoint.budget import Steps
from micronet_spec.checkpoint.formats import FORMATS, UNREAD
from micronet_spec.checkpoint.inert import Described, Name, Record, Storage, Undescribed
from micronet_spec.checkpoint.machine import checked_key
from micronet_spec.checkpoint.refusal import malformed, short, unsafe

_LIBRARY = sys.stdlib_module_names | set(IMPORT_MAPPING)

_STORAGES = {
    "DoubleStorage": "float64",
    "FloatStorage": "float32",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
    "ComplexDoubleStorage": "complex128",
    "ComplexFloatStorage": "complex64",
    "QInt8Storage": "int8",
    "QUInt8Storage": "uint8",
    "QInt32Storage": "int32",
    "QUInt4x2Storage": "uint4",
    "QUInt2x4Storage": "uint2",
}
_DTYPES = {name: name for name in (*FORMATS, *UNREAD)} | {
    "qint8": "int8",
    "quint8": "uint8",
    "qint32": "int32",
    "quint4x2": "uint4",
    "quint2x4": "uint2",
}

_HOLDERS = {
    "argparse.Namespace",
    "builtins.bytearray",
    "builtins.bytes",
    "builtins.complex",
    "collections.deque",
    "datetime.date",
    "datetime.datetime",
    "datetime.timedelta",
    "decimal.Decimal",
    "fractions.Fraction",
    "functools.partial",
    "numpy._core.multiarray._reconstruct",
    "numpy._core.multiarray.scalar",
    "numpy._core.numeric._frombuffer",
    "numpy.core.multiarray._reconstruct",
    "numpy.core.multiarray.scalar",
    "numpy.core.numeric._frombuffer",
    "numpy.dtype",
    "pathlib.Path",
    "pathlib._local.PosixPath",
    "pathlib.PosixPath",
    "pathlib.PurePosixPath",
    "pathlib.WindowsPath",
    "torch.device",
    # Of every module that was pickled before torch 1.3.
    "torch.nn.backends.thnn._get_thnn_function_backend",
    "torch.serialization._get_layout",
    "types.SimpleNamespace",
    "_codecs.encode",
}
"""Calls that only hold their arguments; they become records."""

_TYPES = {
    *(f"builtins.{name}" for name in ("object", "bool", "int", "float", "str", "list", "dict")),
    *("builtins.tuple", "typing.Any"),
}
"""Names of the standard library that may stand as values, and are never called."""


class Meaning:
    """The interpreter of the pickles of one file."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self.storages: dict[str, Storage] = {}
        """Every storage that is named, by its key, as it is named first."""

    def named(self, name: Name) -> Name:
        """Return the name; raise `RefusedError` if weights have no need of it."""
        text = str(name)
        if text not in _CALLS and text not in _HOLDERS and text not in _TYPES:
            if name.module.split(".")[0] in _LIBRARY:
                raise unsafe(f"the pickle names `{short(text)}`, which no weights need")
            if "." in name.name or not name.module:
                raise unsafe(f"the pickle reaches through a module to `{short(text)}`")
        return name

    def called(self, function: Any, arguments: tuple[Any, ...]) -> Any:
        """Return what stands for the result of a call; raise `RefusedError` for most."""
        text = str(function) if isinstance(function, Name) else "what is no function"
        if text in _HOLDERS:
            return Record(function, arguments)
        if text not in _CALLS:
            raise unsafe(f"the pickle calls `{short(text)}`")
        return _CALLS[text](self, arguments)

    def instance(self, kind: Any, arguments: tuple[Any, ...]) -> Any:
        """Return a record, or what stands for a container."""
        if not isinstance(kind, Name):
            raise unsafe("the pickle makes an object of what is no class")
        text = str(kind)
        if text in _CONTAINERS:
            return _CALLS[text](self, arguments)
        if arguments and text not in _HOLDERS:
            raise unsafe(f"the pickle makes a `{short(text)}` out of arguments")
        return Record(kind, arguments)

    def stored(self, persistent: Any) -> Any:
        """Return the description of a storage, or the class of a module with its source."""
        match persistent:
            case ("module", Name() as kind, _, _):
                return kind
            case ("storage", Name() as kind, str(key), _, int(elements)):
                return self._storage(kind, key, elements)
            case ("storage", Name() as kind, str(key), _, int(elements), None):
                return self._storage(kind, key, elements)
            case (
                "storage",
                Name() as kind,
                str(key),
                _,
                int(whole),
                (_, int(skipped), int(count)),
            ):
                root = self._storage(kind, key, whole)
                if skipped < 0 or count < 0 or skipped + count > whole:
                    raise unsafe(f"a view of the storage `{short(key)}` lies outside it")
                return Storage(key, root.dtype, count, skipped)
        raise malformed("the pickle refers to something beside it that is no storage")

    def _storage(self, kind: Name, key: str, elements: int) -> Storage:
        untyped = kind == Name("torch.storage", "UntypedStorage")
        if not untyped and (
            kind.module not in {"torch", "torch.cuda"} or kind.name not in _STORAGES
        ):
            raise unsafe(f"the pickle has a storage of the class `{short(str(kind))}`")
        if elements < 0:
            raise unsafe(f"the storage `{short(key)}` has a negative size")
        storage = Storage(key, None if untyped else _STORAGES[kind.name], elements)
        if self.storages.setdefault(key, storage).length != storage.length:
            raise unsafe(f"the storage `{short(key)}` is said to have two sizes")
        return storage

    # Calls ---------------------------------------------------------------------------------------

    def mapping(self, arguments: tuple[Any, ...]) -> dict[Any, Any]:
        """Stand for an ordered dictionary, of pairs if Python 2 wrote it."""
        if not arguments:
            return {}
        (pairs,) = arguments if len(arguments) == 1 else ([],)
        if not isinstance(pairs, list):
            raise malformed("an ordered dictionary is made of what are no pairs")
        self._steps.take(len(pairs))
        found = {}
        for pair in pairs:
            if not isinstance(pair, list | tuple) or len(pair) != 2:  # noqa: PLR2004 (a pair)
                raise malformed("an ordered dictionary is made of what are no pairs")
            found[checked_key(pair[0])] = pair[1]
        return found

    def counting(self, arguments: tuple[Any, ...]) -> dict[Any, Any]:
        """Stand for a dictionary with defaults, or of counts."""
        match arguments:
            case (dict() as entries,):
                return entries
            case () | (Name() | None,):
                return {}
        raise malformed("a dictionary is made of what are no entries")

    def collection(self, arguments: tuple[Any, ...]) -> Any:
        """Stand for a set or a size: the list or tuple itself."""
        match arguments:
            case ():
                return []
            case (list() | tuple() as values,):
                return values
        raise malformed("a set or size is made of what are no values")

    def reconstructed(self, arguments: tuple[Any, ...]) -> Any:
        """Stand for an object of an old protocol."""
        match arguments:
            case (Name() as kind, Name(), _):
                return self.instance(kind, ())
        raise malformed("an object is reconstructed from what is no class")

    def tensor(self, arguments: tuple[Any, ...]) -> Described:
        """Stand for `_rebuild_tensor` and `_rebuild_tensor_v2`."""
        match arguments:
            case (Storage(dtype=str(dtype)) as storage, offset, shape, strides, *_):
                return _described(storage, dtype, (offset, shape, strides))
        raise malformed("a tensor is described by what is no storage")

    def tensor_of_dtype(self, arguments: tuple[Any, ...]) -> Described:
        """Stand for `_rebuild_tensor_v3`."""
        match arguments:
            case (Storage() as storage, offset, shape, strides, _, _, Name("torch", name), *_):
                if name not in _DTYPES:
                    raise unsafe(
                        f"a tensor is of the format `{short(name)}`, which torch does not have"
                    )
                return _described(storage, _DTYPES[name], (offset, shape, strides))
        raise malformed("a tensor is described by what is no storage")

    def quantized(self, arguments: tuple[Any, ...]) -> Described:
        """Stand for `_rebuild_qtensor`."""
        match arguments:
            case (Storage(dtype=str(dtype)) as storage, offset, shape, strides, tuple() as how, *_):
                return _described(storage, dtype, (offset, shape, strides), how)
        raise malformed("a quantized tensor is described by what is no storage")

    def parameter(self, arguments: tuple[Any, ...]) -> Any:
        """Stand for a parameter: the tensor in it."""
        if not arguments or not isinstance(arguments[0], Described | Undescribed):
            raise malformed("a parameter is made of what is no tensor")
        return arguments[0]

    def subclass(self, arguments: tuple[Any, ...]) -> Any:
        """Stand for a tensor of a class of its own, with attributes: the tensor."""
        match arguments:
            case (Name() as function, Name(), tuple() as inner, _) if str(function) in _REBUILDS:
                return _REBUILDS[str(function)](self, inner)
        raise unsafe("a tensor is made by calling what makes no tensor")


def _described(
    storage: Storage, dtype: str, where: tuple[Any, Any, Any], quantizer: Any = None
) -> Described:
    offset, shape, strides = where
    if type(offset) is not int or not _whole(shape) or not _whole(strides):
        raise malformed("the sizes of a tensor are no whole numbers")
    return Described(storage, dtype, shape, strides, offset, quantizer)


def _whole(numbers: Any) -> bool:
    return isinstance(numbers, tuple) and all(type(number) is int for number in numbers)


def _unread(why: str) -> Callable[[Meaning, tuple[Any, ...]], Undescribed]:
    return lambda _meaning, _arguments: Undescribed(why)


_REBUILDS: dict[str, Callable[[Meaning, tuple[Any, ...]], Any]] = {
    f"torch._utils.{name}": call
    for name, call in {
        "_rebuild_tensor": Meaning.tensor,
        "_rebuild_tensor_v2": Meaning.tensor,
        "_rebuild_tensor_v3": Meaning.tensor_of_dtype,
        "_rebuild_qtensor": Meaning.quantized,
        "_rebuild_sparse_tensor": _unread("sparse tensors are not read"),
        "_rebuild_meta_tensor_no_storage": _unread("the tensor has no values"),
        "_rebuild_nested_tensor": _unread("nested tensors are not read"),
        "_rebuild_wrapper_subclass": _unread("the tensor is a class of its own"),
        "_rebuild_device_tensor_from_numpy": _unread("the tensor was on another device"),
        "_rebuild_device_tensor_from_cpu_tensor": _unread("the tensor was on another device"),
        "_rebuild_xla_tensor": _unread("the tensor was on another device"),
    }.items()
}
_CONTAINERS: dict[str, Callable[[Meaning, tuple[Any, ...]], Any]] = {
    "collections.OrderedDict": Meaning.mapping,
    "collections.defaultdict": Meaning.counting,
    "collections.Counter": Meaning.counting,
    "builtins.set": Meaning.collection,
    "builtins.frozenset": Meaning.collection,
    "torch.Size": Meaning.collection,
}
_CALLS: dict[str, Callable[[Meaning, tuple[Any, ...]], Any]] = {
    **_REBUILDS,
    **_CONTAINERS,
    "copyreg._reconstructor": Meaning.reconstructed,
    "torch._tensor._rebuild_from_type_v2": Meaning.subclass,
    "torch._utils._rebuild_parameter": Meaning.parameter,
    "torch._utils._rebuild_parameter_with_state": Meaning.parameter,
}
