"""Pickles of plain data, read without running anything.

Some data sets are published as pickles. A pickle is a program for a small machine, and the standard machine calls
whatever the program names. The one here has no such step: it knows integers, strings, lists, dicts and tuples, and of
NumPy what describes an array of bytes or of lists. Promises memory in proportion to the bytes read, and time too.
Refuses every other instruction and every other name before anything is made of it.
"""

from __future__ import annotations

import math
import pickle
import re
import struct
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

STEPS = 1_000_000
"""Instructions that are no integers; the largest data set takes about 130,000."""


class UnsafePickle(ValueError):  # noqa: N818  # says what it is; the caller names the file and raises a public error
    """The pickle asks for something that is no data."""


class _Name(NamedTuple):
    """One of the few names that a pickle may speak of."""

    role: str


class _Dtype(NamedTuple):
    """A dtype: ``"u1"`` or ``"O"``."""

    kind: str


class _Array:
    """An array that is being described."""

    value: Any = None


_ARRAYS = ("numpy.core.multiarray", "numpy._core.multiarray")
_NAMES = {
    **{(module, "_reconstruct"): _Name("array") for module in _ARRAYS},
    (np.__name__, "ndarray"): _Name("ndarray"),
    (np.__name__, "dtype"): _Name("dtype"),
    # How Python 3 writes bytes in protocol 2.
    ("_codecs", "encode"): _Name("encode"),
}
_DTYPES = {"u1": "u1", "|u1": "u1", "O": "O", "|O": "O", "O4": "O", "O8": "O"}
# Possessive: a run of integers is never looked at twice.
_INTEGERS = re.compile(rb"(?:K.|M..|J....)++", re.DOTALL)
_GLOBAL = re.compile(rb"([\w.]{1,60})\n(\w{1,60})\n")


def read_pickle(data: bytes) -> Any:
    """Return what a pickle describes.

    Args:
        data: The whole pickle.

    Returns:
        Integers, strings, bytes, lists, dicts with string keys and tuples of these; an array of bytes is a ``uint8``
        array, an array of objects is a list.

    Raises:
        UnsafePickle: If it is anything but plain data.

    >>> import pickle
    >>> read_pickle(pickle.dumps({"a": [1, 2]}, protocol=2))
    {'a': [1, 2]}
    >>> read_pickle(pickle.dumps(print))
    Traceback (most recent call last):
        ...
    polykeras.datasets.pickled_data.UnsafePickle: the name builtins.print
    """
    machine = _Machine(data)
    try:
        return _plain(machine.run())
    except (IndexError, KeyError, TypeError, struct.error, UnicodeDecodeError) as error:
        raise UnsafePickle(f"a broken instruction before byte {machine.at} of {len(data)}") from error


class _Machine:
    """The stack, the memory and the position in the program."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self._stack: list[Any] = []
        self._marks: list[int] = []
        self._memory: dict[int, Any] = {}
        self._encodable = len(data)

    def run(self) -> Any:
        for _ in range(STEPS):
            run = _INTEGERS.match(self.data, self.at)
            if run is not None:
                self.at = run.end()
                # Nothing but integer instructions, as the pattern has found: a list of numbers, made in C.
                self._stack.extend(pickle.loads(b"(" + run[0] + b"l."))  # noqa: S301
                continue
            code = self._take(1)
            if code == b".":
                return self._pop()
            self._step(code)
        raise UnsafePickle(f"more than {STEPS} instructions")

    def _step(self, code: bytes) -> None:
        if code in _CONSTANTS:
            self._stack.append(_CONSTANTS[code])
        elif code in _MAKERS:
            self._stack.append(_MAKERS[code]())
        elif code in _STRINGS:
            self._string(*_STRINGS[code])
        elif code in _STEPS:
            _STEPS[code](self)
        else:
            raise UnsafePickle(f"the instruction {code!r} at byte {self.at - 1}")

    def _take(self, count: int) -> bytes:
        taken = self.data[self.at : self.at + count]
        if len(taken) != count:
            raise UnsafePickle("an end in the middle")
        self.at += count
        return taken

    def _number(self, layout: str) -> int:
        return int(struct.unpack(layout, self._take(struct.calcsize(layout)))[0])

    def _pop(self) -> Any:
        if self._marks and len(self._stack) <= self._marks[-1]:
            raise UnsafePickle("a mark where a value is needed")
        return self._stack.pop()

    def _pop_to_mark(self) -> list[Any]:
        at = self._marks.pop()
        values = self._stack[at:]
        del self._stack[at:]
        return values

    def _top(self, kind: type) -> Any:
        top = self._stack[-1]
        if type(top) is not kind:
            raise UnsafePickle(f"a {type(top).__name__} where a {kind.__name__} is needed")
        return top

    def _string(self, layout: str, encoding: str | None) -> None:
        size = self._number(layout)
        if size < 0:
            raise UnsafePickle("a string of less than nothing")
        text = self._take(size)
        self._stack.append(text if encoding is None else text.decode(encoding, "surrogatepass"))

    def mark(self) -> None:
        self._marks.append(len(self._stack))

    def protocol(self) -> None:
        self._take(1)

    def frame(self) -> None:
        self._take(8)

    def long(self) -> None:
        size = self._number("<B")
        if size > 8:
            raise UnsafePickle(f"an integer of {size} bytes")
        self._stack.append(int.from_bytes(self._take(size), "little", signed=True))

    def put(self) -> None:
        self._memory[self._number("<B")] = self._stack[-1]

    def long_put(self) -> None:
        self._memory[self._number("<I")] = self._stack[-1]

    def memoize(self) -> None:
        self._memory[len(self._memory)] = self._stack[-1]

    def get(self) -> None:
        self._stack.append(self._memory[self._number("<B")])

    def long_get(self) -> None:
        self._stack.append(self._memory[self._number("<I")])

    def append(self) -> None:
        value = self._pop()
        self._top(list).append(value)

    def extend(self) -> None:
        values = self._pop_to_mark()
        self._top(list).extend(values)

    def set_item(self) -> None:
        value, key = self._pop(), self._pop()
        self._set([key, value])

    def set_items(self) -> None:
        self._set(self._pop_to_mark())

    def _set(self, items: list[Any]) -> None:
        target = self._top(dict)
        if len(items) % 2:
            raise UnsafePickle("a key without a value")
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, (str, bytes)):
                raise UnsafePickle("a key that is no string")
            target[key] = value

    def make_list(self) -> None:
        self._stack.append(self._pop_to_mark())

    def make_tuple(self) -> None:
        self._stack.append(tuple(self._pop_to_mark()))

    def tuple_of(self, count: int) -> None:
        self._stack.append(tuple(reversed([self._pop() for _ in range(count)])))

    def name(self) -> None:
        found = _GLOBAL.match(self.data, self.at)
        if found is None:
            raise UnsafePickle(f"a strange name at byte {self.at}")
        self.at = found.end()
        self._name(found[1].decode(), found[2].decode())

    def name_on_stack(self) -> None:
        name, module = self._pop(), self._pop()
        self._name(str(module), str(name))

    def _name(self, module: str, name: str) -> None:
        if (module, name) not in _NAMES:
            raise UnsafePickle(f"the name {module[:60]}.{name[:60]}")
        self._stack.append(_NAMES[module, name])

    def describe(self) -> None:
        """What the standard machine does by a call: here, the descriptions that are known."""
        arguments, name = self._pop(), self._pop()
        match name, arguments:
            case _Name("array"), (_Name("ndarray"), (0,), b"b" | "b"):
                self._stack.append(_Array())
            case _Name("dtype"), (str() | bytes() as kind, int(), int()):
                self._stack.append(_Dtype(_DTYPES[_text(kind)]))
            case _Name("encode"), (str() as text, "latin1"):
                # The same text may be asked for again and again.
                self._encodable -= len(text)
                if self._encodable < 0:
                    raise UnsafePickle("more text than the pickle has")
                self._stack.append(text.encode("latin1"))
            case _:
                raise UnsafePickle("a call")

    def complete(self) -> None:
        """Give a description its contents."""
        state, target = self._pop(), self._stack[-1]
        match target, state:
            case _Array(), (int(), tuple() as shape, _Dtype(kind), int() as fortran, data) if target.value is None:
                target.value = _array(shape, kind, data, fortran=bool(fortran))
            case _Dtype(), tuple():
                pass  # of bytes and of objects there is one order only
            case _:
                raise UnsafePickle("a state for something that has none")


def _text(value: str | bytes) -> str:
    return value.decode("ascii") if isinstance(value, bytes) else value


def _array(shape: tuple[Any, ...], kind: str, data: Any, *, fortran: bool) -> Any:
    if not all(type(size) is int and size >= 0 for size in shape) or len(shape) > 2:
        raise UnsafePickle("an array of a strange shape")
    count = math.prod(shape)
    if kind == "O" and type(data) is list and len(shape) == 1 and len(data) == count:
        return data
    if kind == "u1" and isinstance(data, bytes) and len(data) == count:
        return np.frombuffer(data, np.uint8).reshape(shape, order="F" if fortran else "C")
    raise UnsafePickle("an array that does not have the bytes it declares")


def _plain(value: Any) -> Any:
    if isinstance(value, _Array):
        return _plain(value.value)
    if isinstance(value, dict):
        return {_text(key): item.value if isinstance(item, _Array) else item for key, item in value.items()}
    if isinstance(value, (_Name, _Dtype)) or value is None:
        raise UnsafePickle("no data")
    return value


_CONSTANTS: dict[bytes, Any] = {b"N": None, b"\x88": True, b"\x89": False, b")": ()}
_MAKERS: dict[bytes, type] = {b"]": list, b"}": dict}
# Layout of the length, encoding of the text; strings of Python 2 are bytes.
_STRINGS: dict[bytes, tuple[str, str | None]] = {
    b"U": ("<B", None),
    b"T": ("<i", None),
    b"C": ("<B", None),
    b"B": ("<I", None),
    b"X": ("<I", "utf-8"),
    b"\x8c": ("<B", "utf-8"),
}
_STEPS: dict[bytes, Callable[[_Machine], None]] = {
    b"(": _Machine.mark,
    b"\x80": _Machine.protocol,
    b"\x95": _Machine.frame,
    b"\x8a": _Machine.long,
    b"q": _Machine.put,
    b"r": _Machine.long_put,
    b"\x94": _Machine.memoize,
    b"h": _Machine.get,
    b"j": _Machine.long_get,
    b"a": _Machine.append,
    b"e": _Machine.extend,
    b"s": _Machine.set_item,
    b"u": _Machine.set_items,
    b"l": _Machine.make_list,
    b"t": _Machine.make_tuple,
    b"\x85": lambda machine: machine.tuple_of(1),
    b"\x86": lambda machine: machine.tuple_of(2),
    b"\x87": lambda machine: machine.tuple_of(3),
    b"c": _Machine.name,
    b"\x93": _Machine.name_on_stack,
    b"R": _Machine.describe,
    b"b": _Machine.complete,
}
