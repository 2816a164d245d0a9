"""The stack and memory of the pickle machine, and what its opcodes do to them."""

import pickle
import struct
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from typing import Any, Protocol

from micronet_spec.checkpoint.inert import Name, Record
from micronet_spec.checkpoint.refusal import malformed, unsafe, unsupported, within

_LONG_INTEGER = 256
"""Bytes of the longest whole number; states of random generators have 250."""
_LONG_NAME = 1024
"""Characters of the longest key, and of the longest name of a module or class."""
_KEY = 1 << 63
"""Greater numbers as keys can be chosen so that a dictionary becomes slow."""


class Interpreter(Protocol):
    """What names and calls of a pickle mean."""

    def named(self, name: Name) -> Any:
        """Return what a name stands for; raise `RefusedError` if it may not even be named."""

    def called(self, function: Any, arguments: tuple[Any, ...]) -> Any:
        """Return what stands for the result of a call."""

    def instance(self, kind: Any, arguments: tuple[Any, ...]) -> Any:
        """Return what stands for an object that is made without calling its class."""

    def stored(self, persistent: Any) -> Any:
        """Return what stands for something beside the pickle."""


class Machine:
    """The state of running one pickle of `data`, from `position` on."""

    def __init__(self, data: memoryview, position: int, interpreter: Interpreter) -> None:
        self.position = position
        """Where the next opcode is."""
        self._data = data
        self._meaning = interpreter
        self._stack: list[Any] = []
        self._below: list[list[Any]] = []
        """The stacks under each mark."""
        self._memo: dict[int, Any] = {}
        self._protocol = 0

    # The bytes ---------------------------------------------------------------------------------

    def _bytes(self, count: int) -> memoryview:
        end = self.position + count
        if end > len(self._data):
            raise malformed("the pickle is cut short")
        taken = self._data[self.position : end]
        self.position = end
        return taken

    def number(self, form: str) -> int:
        """Take a number in a form of `struct`."""
        try:
            (value,) = struct.unpack_from(form, self._data, self.position)
        except struct.error:
            raise malformed("the pickle is cut short") from None
        self.position += struct.calcsize(form)
        return int(value)

    def counted(self, form: str) -> bytes:
        """Take so many bytes as the number before them says."""
        return bytes(self._bytes(self.number(form)))

    def text(self, form: str) -> str:
        """Take a counted UTF-8 text."""
        try:
            return self.counted(form).decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise malformed("a text of the pickle is not UTF-8") from None

    def line(self) -> str:
        """Take a line of a name."""
        window = bytes(self._data[self.position : self.position + _LONG_NAME])
        length = window.find(b"\n")
        if length < 0:
            raise malformed("a name of the pickle has no end")
        self.position += length + 1
        try:
            return window[:length].decode()
        except UnicodeDecodeError:
            raise malformed("a name of the pickle is not UTF-8") from None

    # The stack ---------------------------------------------------------------------------------

    def push(self, value: Any) -> None:
        """Put a value on the stack."""
        self._stack.append(value)

    def take(self) -> Any:
        """Take the last value from the stack."""
        if not self._stack:
            raise malformed("the pickle takes from an empty stack")
        return self._stack.pop()

    def _top(self) -> Any:
        if not self._stack:
            raise malformed("the pickle uses an empty stack")
        return self._stack[-1]

    def mark(self) -> None:
        """Begin a list of values."""
        self._below.append(self._stack)
        self._stack = []

    def _marked(self) -> list[Any]:
        if not self._below:
            raise malformed("the pickle has no mark where it needs one")
        values, self._stack = self._stack, self._below.pop()
        return values

    def proto(self) -> None:
        """Note the protocol."""
        self._protocol = self.number("B")
        if self._protocol > pickle.HIGHEST_PROTOCOL:
            raise unsupported(f"the pickle is of protocol {self._protocol}")

    def frame(self) -> None:
        """Pass over a frame's length: it tells only how to read faster."""
        self._bytes(8)

    def pop(self) -> None:
        """Drop a value, or a mark."""
        if self._stack:
            self._stack.pop()
        else:
            self._marked()

    def pop_mark(self) -> None:
        """Drop the values since the mark."""
        self._marked()

    def long(self, form: str) -> None:
        """Push a whole number of any length."""
        length = self.number(form)
        if length < 0:
            raise malformed("a number of the pickle has a negative length")
        within(length, _LONG_INTEGER, "bytes of one whole number")
        self.push(int.from_bytes(self._bytes(length), "little", signed=True))

    def float(self) -> None:
        """Push a float."""
        self.push(struct.unpack(">d", self._bytes(8))[0])

    def tuple(self, count: int) -> None:
        """Push a tuple of the last values."""
        values = [self.take() for _ in range(count)]
        self.push(tuple(reversed(values)))

    def tuple_of_marked(self) -> None:
        """Push a tuple of the values since the mark."""
        values = self._marked()
        self.push(tuple(values))

    def list_of_marked(self) -> None:
        """Push a list of the values since the mark; sets are lists too."""
        values = self._marked()
        self.push(values)

    def dict_of_marked(self) -> None:
        """Push a dictionary of the values since the mark."""
        values = self._marked()
        self.push({})
        self._set(values)

    def append(self) -> None:
        """Append a value to a list."""
        value = self.take()
        self._extend([value])

    def appends(self) -> None:
        """Append the values since the mark to a list."""
        values = self._marked()
        self._extend(values)

    def _extend(self, values: list[Any]) -> None:
        target = self._top()
        if isinstance(target, Record):
            target = target.elements
        if not isinstance(target, list):
            raise malformed("the pickle appends to what is no list")
        target.extend(values)

    def set_item(self) -> None:
        """Set an entry of a dictionary."""
        value, key = self.take(), self.take()
        self._set([key, value])

    def set_items(self) -> None:
        """Set the entries since the mark."""
        values = self._marked()
        self._set(values)

    def _set(self, values: list[Any]) -> None:
        target = self._top()
        if isinstance(target, Record):
            target = target.entries
        if not isinstance(target, dict) or len(values) % 2:
            raise malformed("the pickle sets entries of what is no dictionary")
        for key, value in zip(values[::2], values[1::2], strict=True):
            target[checked_key(key)] = value

    # Names, calls, memory ----------------------------------------------------------------------

    def name(self) -> None:
        """Push what a name of two lines stands for."""
        module = self.line()
        self._name(module, self.line())

    def stack_name(self) -> None:
        """Push what a name on the stack stands for."""
        name, module = self.take(), self.take()
        if not isinstance(name, str) or not isinstance(module, str):
            raise unsafe("the pickle names something by what is no text")
        self._name(module, name)

    def _name(self, module: str, name: str) -> None:
        if self._protocol < 3:  # noqa: PLR2004 (before, names are those of Python 2)
            if (module, name) in NAME_MAPPING:
                module, name = NAME_MAPPING[module, name]
            else:
                module = IMPORT_MAPPING.get(module, module)
        self.push(self._meaning.named(Name(module, name)))

    def reduce(self) -> None:
        """Push what stands for the result of a call."""
        arguments, function = self.take(), self.take()
        self.push(self._meaning.called(function, _arguments(arguments)))

    def new(self) -> None:
        """Push what stands for a new object."""
        arguments, kind = self.take(), self.take()
        self.push(self._meaning.instance(kind, _arguments(arguments)))

    def new_with_keywords(self) -> None:
        """Push what stands for a new object with keyword arguments."""
        keywords, arguments, kind = self.take(), self.take(), self.take()
        if keywords != {}:
            raise unsafe("the pickle makes an object with keyword arguments")
        self.push(self._meaning.instance(kind, _arguments(arguments)))

    def build(self) -> None:
        """Give an object its state; it is kept beside the object, not set."""
        state, target = self.take(), self._top()
        if isinstance(target, Record):
            target.state = state
        # Ordered dictionaries of modules come with attributes of their own; none is a tensor.
        elif not isinstance(target, dict):
            raise unsafe("the pickle sets the state of what has none")

    def persistent(self) -> None:
        """Push what stands for something beside the pickle."""
        self.push(self._meaning.stored(self.take()))

    def get(self, form: str) -> None:
        """Push a value that was remembered."""
        index = self.number(form)
        if index not in self._memo:
            raise malformed("the pickle recalls what it did not remember")
        self.push(self._memo[index])

    def put(self, form: str) -> None:
        """Remember the last value."""
        self._memo[self.number(form)] = self._top()

    def memoize(self) -> None:
        """Remember the last value under the next number."""
        self._memo[len(self._memo)] = self._top()


def checked_key(key: Any) -> Any:
    """Return a key whose hash is cheap and cannot be chosen."""
    if isinstance(key, str | bytes | tuple) and len(key) > _LONG_NAME:
        within(len(key), _LONG_NAME, "characters of one key")
    if isinstance(key, tuple):
        return tuple(_scalar_key(part) for part in key)
    return _scalar_key(key)


def _scalar_key(key: Any) -> Any:
    if key is None or isinstance(key, str | bytes | float | Name):
        return key
    if isinstance(key, int) and abs(key) < _KEY:
        return key
    raise unsafe("a key of a dictionary is neither text, number nor name")


def _arguments(values: Any) -> tuple[Any, ...]:
    if not isinstance(values, tuple):
        raise malformed("the pickle calls with what are no arguments")
    return values
