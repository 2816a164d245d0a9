"""Attacks on a reader of checkpoints, made when they are asked for and never kept.

Those that would execute something make the file `canary` in the folder they are made in.
"""

import io
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from micronet_spec.checkpoint.refusal import Reason
from tests.checkpoint import forge as f

UNSAFE, OVER, MALFORMED, UNSUPPORTED = (
    Reason.UNSAFE,
    Reason.OVER_BUDGET,
    Reason.MALFORMED,
    Reason.UNSUPPORTED,
)


class Attack(NamedTuple):
    """A file, and why it is refused."""

    name: str
    reason: Reason
    content: Callable[[Path], bytes]
    """Given a folder, which may be prepared as well."""

    def make(self, folder: Path) -> Path:
        """Write the file."""
        path = folder / "model.pth"
        path.write_bytes(self.content(folder))
        return path


def _always(content: bytes) -> Callable[[Path], bytes]:
    return lambda _: content


def _zipped(value: Callable[[], bytes]) -> Callable[[Path], bytes]:
    return lambda _: f.torch_zip(value())


def _made(make: Callable[[], bytes]) -> Callable[[Path], bytes]:
    return lambda _: make()


def _command(folder: Path) -> bytes:
    return f.text(f"touch {folder}/canary")


# Pickles that call ------------------------------------------------------------------------------

GADGETS = (
    *("os system", "posix system", "nt system", "os popen", "subprocess Popen", "subprocess call"),
    *("builtins eval", "builtins exec", "builtins getattr", "builtins __import__"),
    *("builtins open", "builtins compile", "importlib import_module", "pkgutil resolve_name"),
    *("runpy _run_code", "code interact", "pdb run", "bdb Bdb", "timeit timeit", "cProfile run"),
    *("profile run", "trace Trace", "doctest debug_script", "pydoc pipepager", "pty spawn"),
    *("webbrowser open", "socket create_connection", "ssl get_server_certificate", "ctypes CDLL"),
    *("operator methodcaller", "operator attrgetter", "functools reduce", "types CodeType"),
    *("types FunctionType", "marshal loads", "pickle loads", "_pickle loads", "shutil rmtree"),
    *("os remove", "io open", "_io FileIO", "tempfile mktemp", "uuid _get_command_stdout"),
    *("venv create", "ensurepip bootstrap", "logging.config fileConfig", "smtplib SMTP"),
    *("asyncio.unix_events _UnixSubprocessTransport._start", "idlelib.run Executive"),
    *("multiprocessing.util spawnv_passfds", "http.client HTTPSConnection", "sqlite3 connect"),
    *("pip main", "pip._internal main", "setuptools setup", "numpy load", "numpy memmap"),
    *("numpy.testing._private.utils runstring", "numpy.f2py.crackfortran myeval"),
    *("torch load", "torch.hub load", "torch.jit load", "torch.package PackageImporter"),
    *("torch.utils.collect_env run", "torch._utils _import_dotted_name"),
    *("torch.jit.unsupported_tensor_ops execWrapper", "torch.utils._config_module load_config"),
    *("torch._dynamo.guards GuardBuilder.get", "torch.serialization os.system", "torch os.system"),
    *("torch.utils.data.datapipes.utils.decoder basichandlers", "torch.utils._cxx_pytree apply"),
    *("__main__ eval", "models.net build", "torch.nn Linear", "torch.nn.functional relu"),
)
"""What other readers were made to call, and some that nobody listed."""


def _gadgets() -> Iterator[Attack]:
    for gadget in GADGETS:
        module, name = gadget.split()

        def content(folder: Path, module: str = module, name: str = name) -> bytes:
            return f.torch_zip(f.mapping(w=f.call(f.name(module, name), _command(folder))))

        yield Attack(f"call {gadget}", UNSAFE, content)


_SYSTEM = f.name("os", "system")
_CALLING: dict[str, Callable[[bytes], bytes]] = {
    "name on the stack": lambda c: f.call(f.stack_name("os", "system"), c),
    "name from the memo": lambda c: (
        f.text("system") + b"q\x01" + b"0" + f.text("os") + b"h\x01\x93" + f.sequence(c) + b"R"
    ),
    "name through a module": lambda c: f.call(f.stack_name("torch.serialization", "os.system"), c),
    "name of Python 2": lambda c: f.call(f.name("__builtin__", "eval"), c),
    "module of Python 2": lambda c: f.call(f.name("commands", "getoutput"), c),
    "only named": lambda _: _SYSTEM,
    "opcode INST": lambda c: b"(" + c + b"ios\nsystem\n",
    "opcode OBJ": lambda c: b"(" + _SYSTEM + c + b"o",
    "opcode NEWOBJ": lambda c: f.name("subprocess", "Popen") + f.sequence(c) + b"\x81",
    "opcode NEWOBJ with a file": lambda c: f.name("numpy", "memmap") + f.sequence(c) + b"\x81",
    "opcode NEWOBJ_EX": lambda c: f.name("models", "Net") + f.sequence() + f.mapping(a=c) + b"\x92",
    "opcode EXT1": lambda _: b"\x82\x01",
    "opcode BUILD on a name": lambda c: f.name("torch", "hub") + f.mapping(load=c) + b"b",
    "opcode BUILD on a tensor": lambda c: (
        f.tensor(f.storage("0", 4), (4,), (1,)) + f.mapping(__setstate__=c) + b"b"
    ),
    "through a tensor of a class": lambda c: f.call(
        f.name("torch._tensor", "_rebuild_from_type_v2"),
        *(_SYSTEM, f.name("torch", "Tensor"), f.sequence(c), b"}"),
    ),
    "through a class that may be named": lambda c: f.call(
        f.name("torch._tensor", "_rebuild_from_type_v2"),
        *(f.name("torch.hub", "load"), f.name("torch", "Tensor"), f.sequence(c), b"}"),
    ),
    "through a reconstructor": lambda c: f.call(
        f.name("copyreg", "_reconstructor"), _SYSTEM, f.name("builtins", "object"), c
    ),
    "through a default": lambda _: f.call(f.name("collections", "defaultdict"), _SYSTEM),
    "through a partial": lambda c: f.call(f.call(f.name("functools", "partial"), c), c),
    "calling a tensor": lambda c: f.call(f.tensor(f.storage("0", 4), (4,), (1,)), c),
    "in a key": lambda c: b"}" + f.call(_SYSTEM, c) + b"Ns",
    "in a list of a tuple": lambda c: b"](" + f.sequence(f.call(_SYSTEM, c)) + b"e",
    "a storage of another class": lambda _: (
        f.sequence(
            *(f.text("storage"), f.name("torch.hub", "load"), f.text("0"), f.text("cpu"), b"K\x04")
        )
        + b"Q"
    ),
}


def _calls() -> Iterator[Attack]:
    for name, calling in _CALLING.items():

        def content(folder: Path, calling: Callable[[bytes], bytes] = calling) -> bytes:
            return f.torch_zip(calling(_command(folder)))

        yield Attack(name, UNSAFE, content)

    def call(folder: Path) -> bytes:
        return f.call(_SYSTEM, _command(folder))

    yield Attack("legacy, as the value", UNSAFE, lambda d: f.torch_legacy(call(d)))
    yield Attack("legacy, as the magic", UNSAFE, lambda d: f.torch_legacy(f.GOOD, magic=call(d)))
    yield Attack("legacy, as the machine", UNSAFE, lambda d: f.torch_legacy(f.GOOD, about=call(d)))
    yield Attack("legacy, as the keys", UNSAFE, lambda d: f.torch_legacy(f.GOOD, keys=call(d)))
    yield Attack("a bare pickle", UNSAFE, lambda d: f.pickle(call(d)))
    yield Attack("a pickle of protocol 0", UNSUPPORTED, lambda d: call(d) + b".")
    yield Attack(
        "after the pickle's end",
        UNSAFE,
        lambda d: f.archive(f.zip_members(f.pickle(f.GOOD) + f.pickle(call(d)))),
    )


# Pickles that grow ------------------------------------------------------------------------------


def _laughs() -> bytes:
    """Return lists of lists, of 10^30 in all."""
    parts = [b"]q\x00"]
    for level in range(100):
        again = b"h" + bytes([level])
        parts.append(b"](" + again * 2 + b"e" + b"q" + bytes([level + 1]))
    return b"".join(parts)


def _pairs_again() -> bytes:
    """Return many ordered dictionaries, each made of the same long list of pairs."""
    pairs = b"](" + b"".join(f.sequence(f.number(n), b"N") for n in range(10_000)) + b"eq\x00"
    return b"(" + pairs + f.call(f.name("collections", "OrderedDict"), b"h\x00") * 10_000 + b"t"


_KEYS = [(2**61 - 1) * n for n in range(5, 1000)]
_BOMBS: dict[str, tuple[Reason, Callable[[], bytes]]] = {
    "a list in a list, and so on": (OVER, lambda: b"]" * 50_000 + b"a" * 49_999),
    "a tuple in a tuple, and so on": (OVER, lambda: b")" + b"\x85" * 50_000),
    "lists that double a hundred times": (OVER, _laughs),
    "one list copied ten thousand times": (OVER, _pairs_again),
    "ten million tensors": (
        OVER,
        lambda: f.tensor(f.storage("0", 4), (1,), (1,)) + b"q\x00(" + b"h\x00" * 10_000_000 + b"t",
    ),
    "three million empty dictionaries": (OVER, lambda: b"(" + b"}" * 3_000_000 + b"t"),
    "a number of 2 GB": (OVER, lambda: b"\x8b" + struct.pack("<i", 2**31 - 1)),
    "a number of a negative length": (MALFORMED, lambda: b"\x8b" + struct.pack("<i", -1)),
    "a text of 2^63 bytes": (MALFORMED, lambda: b"\x8d" + struct.pack("<Q", 2**63)),
    "a frame of 2^63 bytes without end": (MALFORMED, lambda: b"\x95" + struct.pack("<Q", 2**63)),
    "keys that collide": (
        UNSAFE,
        lambda: b"}(" + b"".join(f.number(key) + b"N" for key in _KEYS) + b"u",
    ),
    "a key of a tuple of tuples": (UNSAFE, lambda: b"}" + f.sequence(f.sequence()) + b"Ns"),
    "a key of a megabyte": (OVER, lambda: b"}" + f.text("a" * 2**20) + b"Ns"),
    "a list as a key": (UNSAFE, lambda: b"}]Ns"),
    "an empty stack": (MALFORMED, lambda: b"0000"),
    "a mark that is missing": (MALFORMED, lambda: b"NNt"),
    "a memory that is missing": (MALFORMED, lambda: b"j\xff\xff\xff\xff"),
    "appending to a number": (MALFORMED, lambda: b"K\x01NaN"),
    "setting an entry of a number": (MALFORMED, lambda: b"K\x01NNsN"),
    "protocol 99": (UNSUPPORTED, lambda: b"\x80\x63"),
}


def _bombs() -> Iterator[Attack]:
    for name, (reason, value) in _BOMBS.items():
        yield Attack(name, reason, _zipped(value))


# Tensors that lie -------------------------------------------------------------------------------

_S4 = f.storage("0", 4)
_TENSORS: dict[str, tuple[Reason, bytes]] = {
    "10^12 values of stride 0": (OVER, f.tensor(_S4, (10**12,), (0,))),
    "4 values of stride 0": (UNSAFE, f.tensor(_S4, (4,), (0,))),
    "values that overlap": (UNSAFE, f.tensor(_S4, (3, 2), (1, 1))),
    "values with gaps": (UNSAFE, f.tensor(_S4, (2,), (2,))),
    "a negative stride": (UNSAFE, f.tensor(_S4, (4,), (-1,), 3)),
    "a negative offset": (UNSAFE, f.tensor(_S4, (4,), (1,), -1)),
    "an offset beyond": (UNSAFE, f.tensor(_S4, (4,), (1,), 1)),
    "an offset of 2^70": (UNSAFE, f.tensor(_S4, (4,), (1,), 2**70)),
    "a negative size": (UNSAFE, f.tensor(_S4, (-2, -2), (1, 1))),
    "sizes whose product is 2^64": (OVER, f.tensor(_S4, (2**32, 2**32), (2**32, 1))),
    "sizes whose product is 2^64, and 0": (OVER, f.tensor(_S4, (0, 2**32, 2**32), (1, 1, 1))),
    "too many values": (UNSAFE, f.tensor(_S4, (5,), (1,))),
    "a thousand dimensions": (OVER, f.tensor(_S4, (1,) * 1000, (1,) * 1000)),
    "more strides than sizes": (MALFORMED, f.tensor(_S4, (4,), (1, 1))),
    "a storage said to be larger": (UNSAFE, f.tensor(f.storage("0", 2**40), (2**32,), (1,))),
    "a storage said to be smaller": (UNSAFE, f.tensor(f.storage("0", 3), (3,), (1,))),
    "a storage of a negative size": (UNSAFE, f.tensor(f.storage("0", -4), (4,), (1,))),
    "a storage of another width": (UNSAFE, f.tensor(f.storage("0", 4, "HalfStorage"), (4,), (1,))),
    "a storage that is missing": (UNSAFE, f.tensor(f.storage("1", 4), (4,), (1,))),
    "a storage outside its folder": (
        UNSAFE,
        f.tensor(f.storage("../data.pkl", 4), (4,), (1,)),
    ),
    "a view beyond its storage": (
        UNSAFE,
        f.tensor(f.storage("0", 4, "FloatStorage", f.numbers(7, 2, 4)), (4,), (1,)),
    ),
    "a storage that is a number": (
        MALFORMED,
        f.call(f.name("torch._utils", "_rebuild_tensor_v2"), *[f.number(1)] * 6),
    ),
    "a shape of texts": (
        MALFORMED,
        f.call(
            f.name("torch._utils", "_rebuild_tensor_v2"),
            *(_S4, f.number(0), f.sequence(f.text("4")), f.numbers(1), b"\x89", b"}"),
        ),
    ),
    "a parameter of no tensor": (
        MALFORMED,
        f.call(f.name("torch._utils", "_rebuild_parameter"), f.number(1), b"\x88", b"}"),
    ),
    "scales of an axis that is none": (
        MALFORMED,
        f.call(
            f.name("torch._utils", "_rebuild_qtensor"),
            *(f.storage("0", 16, "QInt8Storage"), f.number(0), f.numbers(16), f.numbers(1)),
            f.sequence(
                f.name("torch", "per_channel_affine"),
                *[f.tensor(f.storage("0", 16, "QInt8Storage"), (16,), (1,))] * 2,
                f.number(7),
            ),
            *(b"\x89", b"}"),
        ),
    ),
    "strides of a quantized tensor beyond": (
        UNSAFE,
        f.call(
            f.name("torch._utils", "_rebuild_qtensor"),
            *(f.storage("0", 16, "QInt8Storage"), f.number(0), f.numbers(4, 4)),
            f.numbers(10**6, 1),
            f.sequence(f.name("torch", "per_tensor_affine"), b"G" + bytes(8), f.number(0)),
            *(b"\x89", b"}"),
        ),
    ),
}


def _tensors() -> Iterator[Attack]:
    for name, (reason, lie) in _TENSORS.items():
        yield Attack(name, reason, _always(f.torch_zip(f.mapping(w=lie))))
    twice = b"}(" + f.text("a.b") + f.tensor(_S4, (4,), (1,)) + f.text("a")
    twice += f.mapping(b=f.tensor(_S4, (4,), (1,))) + b"u"
    yield Attack("two tensors of one name", UNSAFE, lambda _: f.torch_zip(twice))
    legacy = {
        "legacy, cut short": (MALFORMED, lambda: f.torch_legacy(f.GOOD)[:-1]),
        "legacy, with something after it": (UNSAFE, lambda: f.torch_legacy(f.GOOD) + b"PK\5\6"),
        "legacy, another count": (UNSAFE, lambda: f.torch_legacy(f.GOOD, count=2**40)),
        "legacy, a negative count": (UNSAFE, lambda: f.torch_legacy(f.GOOD, count=-4)),
        "legacy, without the storage": (
            UNSAFE,
            lambda: f.torch_legacy(f.GOOD, keys=b"]")[: -8 - len(f.VALUES)],
        ),
        "legacy, a storage twice": (
            UNSAFE,
            lambda: f.torch_legacy(f.GOOD, keys=b"](" + f.text("0") * 2 + b"e"),
        ),
        "legacy, an unused storage": (
            UNSAFE,
            lambda: f.torch_legacy(f.GOOD, keys=b"](" + f.text("9") + b"e"),
        ),
        "legacy, of another magic": (
            UNSUPPORTED,
            lambda: f.torch_legacy(f.GOOD, magic=f.number(1)),
        ),
    }
    for name, (reason, made) in legacy.items():
        yield Attack(name, reason, _made(made))


# Archives that lie ------------------------------------------------------------------------------

_MEMBERS = f.zip_members(f.pickle(f.GOOD))
_ZIP = f.archive(_MEMBERS)
_ENTRY = _ZIP.index(b"PK\1\2")
_LAST = _ZIP.rindex(b"PK\1\2")
_END = _ZIP.rindex(b"PK\5\6")


def _patched(position: int, new: bytes, content: bytes = _ZIP) -> bytes:
    return content[:position] + new + content[position + len(new) :]


def _twice() -> bytes:
    """Return an archive with two members of one name, of which readers may choose either."""
    other = f.archive({**_MEMBERS, "a/data.pkk": f.pickle(f.mapping())})
    return other.replace(b"a/data.pkk", b"a/data.pkl")


def _overlapping() -> bytes:
    """Return an archive of which two entries name the same bytes."""
    at = struct.unpack_from("<I", _ZIP, _ENTRY + 42)
    content = _patched(_LAST + 42, struct.pack("<I", *at))
    first = _ZIP[_ENTRY + 10 : _ENTRY + 28]
    return _patched(_LAST + 10, first, content)


_ARCHIVES: dict[str, tuple[Reason, Callable[[], bytes]]] = {
    "a member above the folder": (UNSAFE, lambda: f.archive({**_MEMBERS, "../b": b""})),
    "a member above, from inside": (UNSAFE, lambda: f.archive({**_MEMBERS, "a/../../b": b""})),
    "a member at the root": (UNSAFE, lambda: f.archive({**_MEMBERS, "/etc/passwd": b""})),
    "a member with a backslash": (UNSAFE, lambda: f.archive({**_MEMBERS, "a/..\\b": b""})),
    "a member without a name": (UNSAFE, lambda: f.archive({**_MEMBERS, "": b""})),
    "two members of one name": (UNSAFE, _twice),
    "two members of the same bytes": (UNSAFE, _overlapping),
    "two folders": (UNSAFE, lambda: f.archive({**_MEMBERS, "b/data.pkl": b""})),
    "deflated storages": (UNSAFE, lambda: f.archive(_MEMBERS, 8)),
    "64 MB of zeros, deflated": (
        UNSAFE,
        lambda: f.archive({**_MEMBERS, "a/data/0": bytes(2**26)}, 8),
    ),
    "compressed by bzip2": (UNSUPPORTED, lambda: f.archive(_MEMBERS, 12)),
    "a wrong checksum in the directory": (UNSAFE, lambda: _patched(_ENTRY + 16, b"abcd")),
    "a wrong checksum everywhere": (
        UNSAFE,
        lambda: _patched(_ENTRY + 16, b"abcd", _patched(14, b"abcd")),
    ),
    "another byte than the checksum's": (UNSAFE, lambda: _ZIP.replace(f.VALUES, bytes(16))),
    "another name in the header": (UNSAFE, lambda: _ZIP.replace(b"a/data.pkl", b"a/date.pkl", 1)),
    "another size in the header": (UNSAFE, lambda: _patched(22, b"\1")),
    "another method in the header": (UNSAFE, lambda: _patched(8, b"\x08")),
    "an encrypted member": (UNSAFE, lambda: _patched(_ENTRY + 8, b"\1", _patched(6, b"\1"))),
    "a member that is a link": (UNSAFE, lambda: _patched(_ENTRY + 41, b"\xa0")),
    "a member of 4 GB": (MALFORMED, lambda: _patched(_ENTRY + 20, b"\xfe\xff\xff\xff" * 2)),
    "a member of 2^64 bytes": (MALFORMED, lambda: _patched(_ENTRY + 20, b"\xff" * 8)),
    "a member beyond the end": (MALFORMED, lambda: _patched(_ENTRY + 42, b"\xf0\xff\xff\xff")),
    "more entries than there are": (MALFORMED, lambda: _patched(_END + 8, b"\xff\x7f" * 2)),
    "fewer entries than there are": (MALFORMED, lambda: _patched(_END + 8, b"\1\0" * 2)),
    "65,000 entries": (OVER, lambda: _patched(_END + 8, struct.pack("<2H", 65_000, 65_000))),
    "several volumes": (MALFORMED, lambda: _patched(_END + 4, b"\1\0")),
    "something before the archive": (UNSUPPORTED, lambda: b"MZ" + _ZIP),
    "something after the archive": (MALFORMED, lambda: _ZIP + b"#!/bin/sh"),
    "a comment": (MALFORMED, lambda: _patched(_END + 20, b"\5\0") + b"hello"),
    "an archive of nothing": (UNSUPPORTED, lambda: f.archive({})),
    "an archive of texts": (UNSUPPORTED, lambda: f.archive({"readme.txt": b"hello"})),
    "an archive cut short": (MALFORMED, lambda: _ZIP[:-30]),
    "a program of TorchScript": (
        UNSUPPORTED,
        lambda: f.archive({**_MEMBERS, "a/constants.pkl": b"", "a/code/net.py": b""}),
    ),
    "another byte order": (MALFORMED, lambda: f.archive({**_MEMBERS, "a/byteorder": b"middle"})),
    "a byte order of a megabyte": (
        OVER,
        lambda: f.archive({**_MEMBERS, "a/byteorder": bytes(2**20)}),
    ),
}


def _archives() -> Iterator[Attack]:
    for name, (reason, made) in _ARCHIVES.items():
        yield Attack(name, reason, _made(made))


# safetensors and npz ----------------------------------------------------------------------------


def _entry(begin: int, end: int, shape: str = "[4]", dtype: str = "U8") -> bytes:
    entry = f'{{"dtype": "{dtype}", "shape": {shape}, "data_offsets": [{begin}, {end}]}}'
    return entry.encode()


def _safe(**entries: bytes) -> bytes:
    pairs = (f'"{key}": '.encode() + entry for key, entry in entries.items())
    return b"{" + b", ".join(pairs) + b"}"


def _saved() -> bytes:
    """Return what numpy writes: with 64-bit sizes in the headers, though none needs them."""
    file = io.BytesIO()
    np.savez(file, a=np.ones(3))
    return file.getvalue()


_OBJECTS = f.npy("'|O'", "(1,)", f.pickle(_SYSTEM))
_DEFLATED = f.archive({"a.npy": f.npy("'|u1'", "(100,)", bytes(100))}, 8)
_OTHERS: dict[str, tuple[Reason, Callable[[], bytes]]] = {
    "safetensors: a header of 2 GB": (OVER, lambda: struct.pack("<Q", 2**31) + b"{}"),
    "safetensors: a header of 2^64 bytes": (OVER, lambda: b"\xff" * 8 + b"{}"),
    "safetensors: a header longer than the file": (
        MALFORMED,
        lambda: struct.pack("<Q", 1000) + b"{}",
    ),
    "safetensors: a header of brackets": (
        MALFORMED,
        lambda: f.safetensors(b'{"a":' + b"[" * 10**6),
    ),
    "safetensors: a number of a megabyte": (
        MALFORMED,
        lambda: f.safetensors(_safe(a=_entry(0, 4, f"[{'9' * 2**20}]")), bytes(4)),
    ),
    "safetensors: overlapping": (
        UNSAFE,
        lambda: f.safetensors(_safe(a=_entry(0, 4), b=_entry(2, 6)), bytes(6)),
    ),
    "safetensors: the same bytes twice": (
        UNSAFE,
        lambda: f.safetensors(_safe(a=_entry(0, 4), b=_entry(0, 4)), bytes(4)),
    ),
    "safetensors: a hole": (
        UNSAFE,
        lambda: f.safetensors(_safe(a=_entry(0, 4), b=_entry(6, 10)), bytes(10)),
    ),
    "safetensors: a hole before": (UNSAFE, lambda: f.safetensors(_safe(a=_entry(2, 6)), bytes(6))),
    "safetensors: bytes after": (UNSAFE, lambda: f.safetensors(_safe(a=_entry(0, 4)), bytes(9))),
    "safetensors: an archive after": (UNSAFE, lambda: f.safetensors(_safe(a=_entry(0, 4)), _ZIP)),
    "safetensors: beyond the end": (UNSAFE, lambda: f.safetensors(_safe(a=_entry(0, 4)), bytes(2))),
    "safetensors: backwards": (MALFORMED, lambda: f.safetensors(_safe(a=_entry(0, -4)), bytes(4))),
    "safetensors: another size": (
        UNSAFE,
        lambda: f.safetensors(_safe(a=_entry(0, 4, "[5]")), bytes(4)),
    ),
    "safetensors: sizes that overflow": (
        UNSAFE,
        lambda: f.safetensors(_safe(a=_entry(0, 0, f"[{2**32}, {2**32}]"))),
    ),
    "safetensors: a size of 2^63 of none": (
        OVER,
        lambda: f.safetensors(_safe(a=_entry(0, 0, f"[0, {2**63}]"))),
    ),
    "safetensors: sizes with a point": (
        MALFORMED,
        lambda: f.safetensors(_safe(a=_entry(0, 4, "[4.0]")), bytes(4)),
    ),
    "safetensors: a name twice": (
        UNSAFE,
        lambda: f.safetensors(b'{"a":' + _entry(0, 4) + b',"a":' + _entry(0, 4) + b"}", bytes(4)),
    ),
    "safetensors: an unknown format": (
        UNSUPPORTED,
        lambda: f.safetensors(_safe(a=_entry(0, 4, "[4]", "X8")), bytes(4)),
    ),
    "npz: an array of objects": (UNSAFE, lambda: f.archive({"a.npy": _OBJECTS})),
    "npz: a record with objects": (
        UNSAFE,
        lambda: f.archive({"a.npy": f.npy("[('a', '|O')]", "(1,)", bytes(8))}),
    ),
    "npz: a header that is a program": (
        MALFORMED,
        lambda: f.archive({"a.npy": f.npy("__import__('os').system('id')", "(1,)", bytes(8))}),
    ),
    "npz: a header of brackets": (
        MALFORMED,
        lambda: f.archive({"a.npy": f.npy("'|u1'", "(" * 50_000, b"")}),
    ),
    "npz: a header without end": (
        MALFORMED,
        lambda: f.archive({"a.npy": b"\x93NUMPY\x01\x00\xff\xff"}),
    ),
    "npz: a header of 4 GB": (
        OVER,
        lambda: f.archive({"a.npy": b"\x93NUMPY\x02\x00\xff\xff\xff\xff"}),
    ),
    "npz: a bomb": (OVER, lambda: f.archive({"a.npy": bytes(2**27)}, 8)),
    "npz: more bytes than said": (
        UNSAFE,
        lambda: _DEFLATED.replace(
            struct.pack("<I", len(f.npy("'|u1'", "(100,)", bytes(100)))), b"\x50\0\0\0"
        ),
    ),
    "npz: deflated, and damaged": (
        MALFORMED,
        lambda: _patched(35, b"\xff" * 8, _DEFLATED),
    ),
    "npz: fewer bytes than its shape": (
        UNSAFE,
        lambda: f.archive({"a.npy": f.npy("'<f4'", "(1000000000,)", bytes(8))}),
    ),
    "npz: a shape of 33 dimensions": (
        OVER,
        lambda: f.archive({"a.npy": f.npy("'|u1'", f"({'1, ' * 33})", b"a")}),
    ),
    "npz: a 64-bit size cut short": (MALFORMED, lambda: _patched(28, b"\x10", _saved())),
    "npz: no array": (MALFORMED, lambda: f.archive({"a.npy": b"hello"})),
}


def _others() -> Iterator[Attack]:
    for name, (reason, made) in _OTHERS.items():
        yield Attack(name, reason, _made(made))


# ONNX -------------------------------------------------------------------------------------------


def _outside(**entries: str) -> bytes:
    return f.onnx(f.onnx_tensor(4, more=f.external(**entries)))


def _linked(link: Callable[[Path, Path], None]) -> Callable[[Path], bytes]:
    def content(folder: Path) -> bytes:
        secret = folder / "secret"
        secret.write_bytes(bytes(16))
        link(secret, folder / "weights")
        return _outside(location="weights", length="16")

    return content


def _linked_folder(folder: Path) -> bytes:
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere/weights").write_bytes(bytes(16))
    (folder / "link").symlink_to(folder / "elsewhere")
    return _outside(location="link/weights", length="16")


def _beside(**entries: str) -> Callable[[Path], bytes]:
    def content(folder: Path) -> bytes:
        (folder / "weights").write_bytes(bytes(16))
        return _outside(location="weights", **entries)

    return content


def _pipe(folder: Path) -> bytes:
    os.mkfifo(folder / "weights")
    return _outside(location="weights", length="16")


def _nested() -> bytes:
    graph = b""
    for _ in range(1000):
        graph = f.field(1, f.field(2, "o") + f.field(5, f.field(1, "body") + f.field(6, graph)))
    return f.field(1, 8) + f.field(7, graph)


_RAW = f.field(9, f.VALUES)
_ONNX: dict[str, tuple[Reason, Callable[[Path], bytes]]] = {
    "data at ../../etc/passwd": (UNSAFE, lambda _: _outside(location="../../etc/passwd")),
    "data at a/../../b": (UNSAFE, lambda _: _outside(location="a/../../b")),
    "data at /etc/passwd": (UNSAFE, lambda _: _outside(location="/etc/passwd")),
    "data at C:\\passwd": (UNSAFE, lambda _: _outside(location="..\\passwd")),
    "data at nothing": (UNSAFE, lambda _: _outside(location="")),
    "data that is missing": (UNSAFE, lambda _: _outside(location="missing")),
    "data behind a link": (UNSAFE, _linked(lambda to, at: at.symlink_to(to))),
    "data behind a hard link": (UNSAFE, _linked(lambda to, at: at.hardlink_to(to))),
    "data behind a link to a folder": (UNSAFE, _linked_folder),
    "data in a pipe": (UNSAFE, _pipe),
    "data of a huge length": (UNSAFE, _beside(length="9" * 18)),
    "data of a length of many digits": (MALFORMED, _beside(length="9" * 5000)),
    "data at a negative offset": (MALFORMED, _beside(offset="-8", length="16")),
    "data at an offset beyond": (UNSAFE, _beside(offset="100")),
    "data of another length": (UNSAFE, _beside(length="8")),
    "data with attributes of its own": (UNSAFE, _beside(__class__="os", length="16")),
    "a graph twice": (UNSAFE, lambda _: f.onnx() + f.field(7, b"")),
    "no graph": (MALFORMED, lambda _: f.field(1, 8)),
    "graphs in a thousand graphs": (OVER, lambda _: _nested()),
    "values twice": (
        UNSAFE,
        lambda _: f.onnx(f.onnx_tensor(4, more=_RAW + f.field(4, f.VALUES))),
    ),
    "raw values twice": (UNSAFE, lambda _: f.onnx(f.onnx_tensor(4, more=_RAW + _RAW))),
    "fewer values than its shape": (UNSAFE, lambda _: f.onnx(f.onnx_tensor(10**9, more=_RAW))),
    "sizes that overflow": (UNSAFE, lambda _: f.onnx(f.onnx_tensor(2**32, 2**32, 4, more=_RAW))),
    "a negative size": (UNSAFE, lambda _: f.onnx(f.onnx_tensor(-4, -1, more=_RAW))),
    "a thousand dimensions": (OVER, lambda _: f.onnx(f.onnx_tensor(*[1] * 1000, more=_RAW))),
    "3,000 tensors": (
        OVER,
        lambda _: f.onnx(
            *(f.field(1, 0) + f.field(2, 1) + f.field(8, str(n)) for n in range(3_000))
        ),
    ),
    "cut short": (MALFORMED, lambda _: f.onnx(f.onnx_tensor(4, more=_RAW))[:-3]),
    "a length without end": (MALFORMED, lambda _: f.field(1, 8) + b"\x3a" + b"\xff" * 20),
    "fields of groups": (MALFORMED, lambda _: f.field(1, 8) + b"\x3b\x3c"),
}


def _onnx() -> Iterator[Attack]:
    for name, (reason, content) in _ONNX.items():
        yield Attack(f"onnx: {name}", reason, content)


_FILES: dict[str, tuple[Reason, bytes]] = {
    "an empty file": (MALFORMED, b""),
    "a text": (UNSUPPORTED, b"hello, world, this is no checkpoint"),
    "a page of the web": (UNSUPPORTED, b"<!DOCTYPE html><html>Not found</html>"),
    "a gzip": (UNSUPPORTED, b"\x1f\x8b\x08" + bytes(30)),
    "a tar": (UNSUPPORTED, bytes(257) + b"ustar" + bytes(300)),
    "a file of Keras": (UNSUPPORTED, b"\x89HDF\r\n\x1a\n" + bytes(30)),
    "one byte": (MALFORMED, b"\x80"),
}


def _files() -> Iterator[Attack]:
    for name, (reason, content) in _FILES.items():
        yield Attack(name, reason, _always(content))


ATTACKS = (
    *_gadgets(),
    *_calls(),
    *_bombs(),
    *_tensors(),
    *_archives(),
    *_others(),
    *_onnx(),
    *_files(),
)
