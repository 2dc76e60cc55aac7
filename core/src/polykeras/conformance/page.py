"""The page that tells how every backend serves every op: written from what is installed, read back to be compared.

python -m polykeras.conformance.page docs/coverage.md
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from polykeras.backend.resolved import resolve
from polykeras.conformance.coverage import Coverage, coverage
from polykeras.plugins.discovery import backend_names

HEAD = """# Ops and backends

Where each op's values come from: `native` is a function of the backend's own, `derived` the body over other ops that
core has for it, `unsupported` an op that the backend refuses with a reason. Under `loops`, `derived` means that bodies
run in Python. This page is generated: `make docs-generated`.
"""


def written(backends: Mapping[str, Coverage], reasons: Mapping[str, Mapping[str, str]]) -> str:
    """Return the page.

    Args:
        backends: Name of a backend to how it serves the ops.
        reasons: Name of a backend to op and reason, for what it does not support.
    """
    names = sorted(backends)
    parts = [HEAD]
    for family in next(iter(backends.values())):
        rows = [[f"`{op}`", *(backends[name][family][op].value for name in names)] for op in backends[names[0]][family]]
        if rows:
            parts.append(f"\n## {family}\n\n" + _table(["op", *names], rows))
    refused = [[f"`{op}`", name, reason] for name in names for op, reason in sorted(reasons[name].items())]
    if refused:
        parts.append("\n## Not supported\n\n" + _table(["op", "backend", "reason"], refused))
    return "".join(parts)


def read(page: str) -> dict[str, dict[str, str]]:
    """Return backend to op to service, as a page says."""
    result: dict[str, dict[str, str]] = {}
    names: list[str] = []
    for line in page.partition("\n## Not supported")[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == "op":
            names = cells[1:]
        elif cells[0].startswith("`"):
            for name, how in zip(names, cells[1:], strict=True):
                result.setdefault(name, {})[cells[0].strip("`")] = how
    return result


def flat(covered: Coverage) -> dict[str, str]:
    """Return op to service, as `read` does for one backend."""
    return {op: how.value for ops in covered.values() for op, how in ops.items()}


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, ["---"] * len(head), *rows))


def main(path: Path) -> None:
    """Write the page for all backends that are installed."""
    backends = {name: resolve(name) for name in backend_names()}
    covered = {name: coverage(backend) for name, backend in backends.items()}
    reasons = {name: backend.info.unsupported for name, backend in backends.items()}
    path.write_text(written(covered, reasons), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
