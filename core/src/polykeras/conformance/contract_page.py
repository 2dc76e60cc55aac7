"""The parts of two pages of the docs that are the code's own words: hooks, Protocols, facts, primitives.

A region of the page lies between ``<!-- NAME -->`` and ``<!-- end -->``. To write what stands there anew:

python -m polykeras.conformance.contract_page docs/write-a-backend.md docs/write-a-data-adapter.md
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from polykeras.backend.resolved import FALLBACK_BODIES
from polykeras.conformance.adapters import AdapterCase
from polykeras.conformance.coverage import IN_PLACE, LOOPS, families
from polykeras.ops.defined import OPS
from polykeras.plugins import hookspecs, info, protocols

HOOKS = (
    hookspecs.polykeras_backend_info,
    hookspecs.polykeras_tensors,
    hookspecs.polykeras_ops,
    hookspecs.polykeras_random,
    hookspecs.polykeras_variables,
    hookspecs.polykeras_training,
    hookspecs.polykeras_facets,
)
FACTS = (info.BackendInfo, info.VariableSpec, info.TensorSpec, info.Device, info.Facets)
_REGION = re.compile(r"(<!-- (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def of_backends() -> dict[str, str]:
    """Return the regions of *Write a backend*: name to what stands there."""
    return {
        "hooks": _code(HOOKS),
        "facts": _code(FACTS),
        "tensors": _code([protocols.TensorProvider]),
        "random": _code([protocols.RandomProvider]),
        "variables": _code([protocols.VariableStore]),
        "training": _code([protocols.TrainingProvider]),
        "primitives": _primitives(),
        "optional": ", ".join(f"`{name}`" for name in (*LOOPS, *IN_PLACE)) + ".\n",
    }


def of_adapters() -> dict[str, str]:
    """Return the regions of *Write a data adapter*."""
    return {
        "hook": _code([hookspecs.polykeras_data_adapter]),
        "request": _code([info.DataRequest]),
        "adapter": _code([protocols.DataAdapter]),
        "case": _code([AdapterCase]),
    }


PAGES = {"write-a-backend": of_backends, "write-a-data-adapter": of_adapters}
"""Name of a page's file to what gives its regions."""


def rewritten(page: str, parts: Mapping[str, str]) -> str:
    """Return `page` with every region as the code has it.

    Args:
        page: Its text.
        parts: Name of a region to what stands in it.

    Raises:
        ValueError: A region is missing from the page, or the page has one that the code does not know.
    """
    found = [match["name"] for match in _REGION.finditer(page)]
    if sorted(found) != sorted(parts):
        raise ValueError(
            "The page's regions are not those of the code.\n"
            f"Received: {', '.join(found) or 'none'}.\n"
            f"Allowed: {', '.join(parts)}, once each.\n"
            "Write `<!-- NAME -->` and `<!-- end -->` on lines of their own where a region belongs."
        )
    return _REGION.sub(lambda match: f"{match[1]}{parts[match['name']]}{match[3]}", page)


def _code(objects: Iterable[Any]) -> str:
    source = "\n\n\n".join(inspect.getsource(one).strip() for one in objects)
    # What speaks to the checkers of this repository is no part of the contract.
    plain = re.sub(r"  # (?:type: ignore|noqa)[^\n]*", "", source)
    return f"```python\n{plain}\n```\n"


def _primitives() -> str:
    lines = []
    for family, names in families().items():
        rows = [_row(name) for name in names if name in OPS and OPS[name].body is None and name not in FALLBACK_BODIES]
        if rows:
            lines.append(f"\n**{family}**\n\n| primitive | what it gives |\n| --- | --- |\n" + "".join(rows))
    return "".join(lines) + "\n"


def _row(name: str) -> str:
    op = OPS[name]
    parameters = op.signature.replace(return_annotation=inspect.Signature.empty).parameters.values()
    plain = inspect.Signature([one.replace(annotation=inspect.Parameter.empty) for one in parameters])
    says = (op.definition.__doc__ or "").partition("\n")[0].replace("|", "\\|")
    return f"| `{name}{plain}` | {says}{' Gets floats.' if op.to_float else ''} |\n"


def main(paths: Iterable[Path]) -> None:
    """Write the regions of some pages anew."""
    for path in paths:
        path.write_text(rewritten(path.read_text(encoding="utf-8"), PAGES[path.stem]()), encoding="utf-8")


if __name__ == "__main__":
    main(map(Path, sys.argv[1:]))
