"""Which tests a run takes by default: a third of each question's cases for each op, the same third every time.

The order is that of a hash of the names, so a new case does not change which of the others run, and every op is asked
every question at least once.
"""

from __future__ import annotations

import math
import zlib
from collections import defaultdict
from collections.abc import Iterable

PART = 3


def sample(tests: Iterable[tuple[str, str]], part: int = PART) -> set[str]:
    """Return the names of one test in `part` of each group, and of one at least.

    Args:
        tests: Pairs of a group and a test's name.
        part: How many tests stand for one that is taken.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for group, name in tests:
        groups[group].append(name)
    return {
        name
        for names in groups.values()
        for name in sorted(names, key=lambda name: (zlib.crc32(name.encode()), name))[: math.ceil(len(names) / part)]
    }
