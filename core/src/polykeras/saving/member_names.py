"""The names that members of a ``.keras`` archive may have."""

from __future__ import annotations

METADATA, CONFIG, WEIGHTS, ASSETS = "metadata.json", "config.json", "model.weights.h5", "assets/"
_LONGEST = 255
_FORBIDDEN = '\\:*?"<>|'
# Devices, whatever follows the first dot, on one system that people unpack archives on.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(10))})


def check_name(name: str) -> str | None:
    """Return why a member may not be called so, or ``None``."""
    if name in {METADATA, CONFIG, WEIGHTS, ASSETS}:
        return None
    if not name.startswith(ASSETS):
        return "a member that such archives do not have"
    return check_parts(name.rstrip("/").split("/"))


def check_parts(parts: list[str]) -> str | None:
    """Return why a path may not be made of these parts, or ``None``."""
    for part in parts:
        if part in {"", ".", ".."}:
            return "a path that could lead out of its folder"
        if any(character in _FORBIDDEN or not character.isprintable() for character in part):
            return "a path with characters that mean something to a file system"
        if len(part.encode("utf-8")) > _LONGEST or len(parts) > 64:
            return "a path that is too long"
        if part.endswith((".", " ")) or part.split(".")[0].lower() in _DEVICES:
            return "a path that means something else on some systems"
    return None
