"""``python -m polykeras`` is the command ``polykeras``."""

from __future__ import annotations

import sys

from polykeras.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
