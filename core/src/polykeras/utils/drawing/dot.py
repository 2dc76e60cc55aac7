"""A picture of a model in DOT, Graphviz' language.

Promises that nothing in a model can break out of its place: identifiers are made here, and every text stands escaped
inside an HTML-like label, in which nothing is offered that names a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from polykeras.utils.drawing.contents import Box, Contents, Group
from polykeras.utils.drawing.palette import ARROW, HEADERS, LINE
from polykeras.utils.drawing.text import escaped, shortened


def dot_of(
    contents: Contents,
    *,
    rankdir: str = "TB",
    dpi: float | None = 200,
    splines: object = "ortho",
    subgraph: bool = False,
) -> str:
    """Return the picture as DOT.

    Args:
        contents: What to show.
        rankdir: ``"TB"``, ``"LR"``, ``"BT"`` or ``"RL"``.
        dpi: Dots per inch of what Graphviz draws; its own default for ``None``.
        splines: How Graphviz draws arrows.
        subgraph: Whether to return a cluster to be put into a graph.
    """
    lines = [f"subgraph {_quoted('cluster_' + contents.name)} {{" if subgraph else "digraph model {"]
    if subgraph:
        lines.append(f"  label={_quoted(shortened(contents.name))};")
    else:
        lines.append(f"  graph [{_attributes(rankdir, dpi, splines)}];")
    lines.append('  node [shape=plain, fontname="Helvetica"];')
    lines.append(f'  edge [color="{ARROW}"];')
    lines += _members(contents.members, "  ")
    lines += [f"  {start} -> {end};" for start, end in contents.arrows]
    return "\n".join([*lines, "}", ""])


def _attributes(rankdir: str, dpi: float | None, splines: object) -> str:
    style = str(splines).lower() if isinstance(splines, bool) else str(splines)
    found = ["concentrate=true", f"rankdir={rankdir}", f"splines={_quoted(style)}"]
    if dpi is not None:
        found.append(f"dpi={dpi:g}")
    return ", ".join(found)


def _members(members: Sequence[Box | Group], indent: str) -> Iterator[str]:
    for member in members:
        if isinstance(member, Box):
            yield f"{indent}{member.key} [label=<{_table(member)}>];"
        else:
            yield f"{indent}subgraph cluster_{member.key} {{"
            yield f"{indent}  label=<{_heading(member)}>;"
            yield f'{indent}  fontname="Helvetica"; style="rounded,dashed"; color="{LINE}";'
            yield from _members(member.members, indent + "  ")
            yield f"{indent}}}"


def _heading(item: Box | Group) -> str:
    text = f"<B>{escaped(shortened(item.title))}</B>"
    return f"{text} ({escaped(shortened(item.subtitle))})" if item.subtitle else text


def _table(box: Box) -> str:
    fill, ink = HEADERS[box.kind]
    rows = [
        f'<TR><TD COLSPAN="2" BGCOLOR="{fill}"><FONT COLOR="{ink}">{_heading(box)}</FONT></TD></TR>',
        *(
            f'<TR><TD ALIGN="LEFT">{escaped(row.label)}</TD><TD ALIGN="LEFT">{escaped(shortened(row.value))}</TD></TR>'
            for row in box.rows
        ),
    ]
    return f'<TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="6">{"".join(rows)}</TABLE>'


def _quoted(text: str) -> str:
    """Return `text` as a quoted DOT string, in which only the quote and the backslash are special."""
    plain = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
