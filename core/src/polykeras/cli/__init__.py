"""The command line, ``polykeras``: one module per subcommand, imported only when it is chosen."""

from __future__ import annotations
