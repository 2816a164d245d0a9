"""Runs a pickle so that only descriptions come out: nothing is imported, called or looked up.

The opcodes are those of protocols 2 to 5 that programs write, in a bounded part of a file and for a
bounded number of steps. What a name or a call means is the interpreter's, in `meaning.py`.
"""

import pickle
from collections.abc import Callable
from typing import Any

from micronet_spec.checkpoint.budget import Steps
from micronet_spec.checkpoint.machine import Interpreter, Machine
from micronet_spec.checkpoint.refusal import RefusedError, malformed, unsafe, unsupported


def run(data: memoryview, position: int, interpreter: Interpreter, steps: Steps) -> tuple[Any, int]:
    """Return what stands for the object pickled at `position`, and where the pickle ends.

    Raises `RefusedError`.
    """
    machine = Machine(data, position, interpreter)
    while True:
        steps.take()
        code = machine.number("B")
        if code == pickle.STOP[0]:
            return machine.take(), machine.position
        act = _ACTS.get(code)
        if act is None:
            raise _refusal(code)
        act(machine)


def _refusal(code: int) -> RefusedError:
    """Return why an opcode is refused that no checkpoint needs."""
    name = _NAMES.get(code)
    if name is None:
        return malformed(f"the pickle has no opcode {code}")
    if name in {"INST", "OBJ", "EXT1", "EXT2", "EXT4"}:
        return unsafe(f"the pickle would make an object of any class (opcode {name})")
    return unsupported(f"the pickle has an opcode that no checkpoint needs ({name})")


_NAMES = {
    getattr(pickle, name)[0]: name
    for name in pickle.__all__
    if name.isupper() and isinstance(getattr(pickle, name), bytes)
}

_ACTS: dict[int, Callable[[Machine], None]] = {
    opcode[0]: act
    for opcode, act in {
        pickle.PROTO: Machine.proto,
        pickle.FRAME: Machine.frame,
        pickle.MARK: Machine.mark,
        pickle.POP: Machine.pop,
        pickle.POP_MARK: Machine.pop_mark,
        pickle.NONE: lambda m: m.push(None),
        pickle.NEWTRUE: lambda m: m.push(True),  # noqa: FBT003 (it is the value)
        pickle.NEWFALSE: lambda m: m.push(False),  # noqa: FBT003
        pickle.BININT: lambda m: m.push(m.number("<i")),
        pickle.BININT1: lambda m: m.push(m.number("B")),
        pickle.BININT2: lambda m: m.push(m.number("<H")),
        pickle.LONG1: lambda m: m.long("B"),
        pickle.LONG4: lambda m: m.long("<i"),
        pickle.BINFLOAT: Machine.float,
        pickle.SHORT_BINUNICODE: lambda m: m.push(m.text("B")),
        pickle.BINUNICODE: lambda m: m.push(m.text("<I")),
        pickle.BINUNICODE8: lambda m: m.push(m.text("<Q")),
        # Texts of Python 2, whose encoding nobody knows.
        pickle.SHORT_BINSTRING: lambda m: m.push(m.counted("B").decode("latin-1")),
        pickle.BINSTRING: lambda m: m.push(m.counted("<I").decode("latin-1")),
        pickle.SHORT_BINBYTES: lambda m: m.push(m.counted("B")),
        pickle.BINBYTES: lambda m: m.push(m.counted("<I")),
        pickle.BINBYTES8: lambda m: m.push(m.counted("<Q")),
        pickle.BYTEARRAY8: lambda m: m.push(m.counted("<Q")),
        pickle.EMPTY_TUPLE: lambda m: m.push(()),
        pickle.TUPLE1: lambda m: m.tuple(1),
        pickle.TUPLE2: lambda m: m.tuple(2),
        pickle.TUPLE3: lambda m: m.tuple(3),
        pickle.TUPLE: Machine.tuple_of_marked,
        pickle.EMPTY_LIST: lambda m: m.push([]),
        pickle.EMPTY_SET: lambda m: m.push([]),
        pickle.LIST: Machine.list_of_marked,
        pickle.FROZENSET: Machine.list_of_marked,
        pickle.APPEND: Machine.append,
        pickle.APPENDS: Machine.appends,
        pickle.ADDITEMS: Machine.appends,
        pickle.EMPTY_DICT: lambda m: m.push({}),
        pickle.DICT: Machine.dict_of_marked,
        pickle.SETITEM: Machine.set_item,
        pickle.SETITEMS: Machine.set_items,
        pickle.GLOBAL: Machine.name,
        pickle.STACK_GLOBAL: Machine.stack_name,
        pickle.REDUCE: Machine.reduce,
        pickle.NEWOBJ: Machine.new,
        pickle.NEWOBJ_EX: Machine.new_with_keywords,
        pickle.BUILD: Machine.build,
        pickle.BINPERSID: Machine.persistent,
        pickle.BINGET: lambda m: m.get("B"),
        pickle.LONG_BINGET: lambda m: m.get("<I"),
        pickle.BINPUT: lambda m: m.put("B"),
        pickle.LONG_BINPUT: lambda m: m.put("<I"),
        pickle.MEMOIZE: Machine.memoize,
    }.items()
}
