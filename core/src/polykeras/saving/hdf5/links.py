"""Members of a group: a tree of symbol tables, with the names in a heap."""

from __future__ import annotations

from collections.abc import Iterator

from polykeras.saving.hdf5.headers import REWRITE
from polykeras.saving.hdf5.window import Window

_HARD = frozenset({0, 1})
_SOFT = 2
_LONGEST = 4096
_LEVELS = 8


def names_and_addresses(window: Window, tree: int, heap: int, member: str) -> Iterator[tuple[str, int]]:
    """Yield the name and the header's address of each member of a group.

    Raises:
        CorruptFileError: If tree or heap are damaged.
        UnsafeFileError: If a member is a link to somewhere else, or its name could be taken for a path.
    """
    window.expect(heap, b"HEAP\0", member)
    size, text = window.number(heap + 8, 8, member), window.number(heap + 24, 8, member)
    names = window.span(text, size, member)
    for table in _tables(window, tree, member):
        window.expect(table, b"SNOD\1", member)
        for index in range(window.number(table + 6, 2, member)):
            entry = table + 8 + 40 * index
            name = _name(window, names, window.number(entry, 8, member), member)
            kind = window.number(entry + 16, 4, member)
            if kind == _SOFT:
                raise window.unsafe(f"{member}/{name}", "a soft link", REWRITE)
            if kind not in _HARD:
                raise window.corrupt(f"{member}/{name}", f"a member of kind {kind}")
            yield name, window.number(entry + 8, 8, member)


def _tables(window: Window, root: int, member: str) -> Iterator[int]:
    """Yield the addresses of the symbol tables under a tree's root, in order."""
    seen: set[int] = set()
    nodes: list[tuple[int, int | None]] = [(root, None)]
    while nodes:
        at, level = nodes.pop()
        if at in seen:
            raise window.corrupt(member, "a tree of members that meets itself")
        seen.add(at)
        if level == -1:
            yield at
            continue
        window.expect(at, b"TREE\0", member)
        own = window.number(at + 5, 1, member)
        if own > _LEVELS or level not in (None, own):
            raise window.corrupt(member, f"a tree of members at level {own}")
        count = window.number(at + 6, 2, member)
        children = [window.number(at + 32 + 16 * index, 8, member) for index in range(count)]
        nodes.extend((child, own - 1) for child in reversed(children))


def _name(window: Window, names: memoryview, offset: int, member: str) -> str:
    raw = bytes(names[offset : offset + _LONGEST + 1])
    end = raw.find(b"\0")
    try:
        name = raw[:end].decode("utf-8") if end > 0 else ""
    except UnicodeDecodeError as error:
        raise window.corrupt(member, f"a name that is not UTF-8: {raw[:end]!r}") from error
    if not name:
        raise window.corrupt(member, "a member without a name, or with one that does not end")
    if name in {".", ".."} or "/" in name or "\\" in name:
        raise window.unsafe(member, f"a member called {name!r}")
    return name
