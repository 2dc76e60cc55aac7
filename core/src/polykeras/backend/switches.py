"""Process-wide switches: where progress is shown, how tracebacks read, which attention kernels may run."""

from __future__ import annotations


class _Switches:
    interactive_logging = True
    traceback_filtering = True
    flash_attention: bool | None = None


_switches = _Switches()


def enable_interactive_logging() -> None:
    """Show progress bars and summaries on standard output, as is the default."""
    _switches.interactive_logging = True


def disable_interactive_logging() -> None:
    """Send progress and summaries to the logger ``"polykeras"``, at level INFO, in place of standard output."""
    _switches.interactive_logging = False


def is_interactive_logging_enabled() -> bool:
    """Return whether progress and summaries go to standard output."""
    return _switches.interactive_logging


def enable_traceback_filtering() -> None:
    """Allow frames of the library to be left out of tracebacks.

    Calls pass few frames of Polykeras, so none is left out either way; the setting is kept for code that asks.
    """
    _switches.traceback_filtering = True


def disable_traceback_filtering() -> None:
    """Ask for whole tracebacks, which is what Polykeras shows in any case."""
    _switches.traceback_filtering = False


def is_traceback_filtering_enabled() -> bool:
    """Return what was last asked for; true at the start."""
    return _switches.traceback_filtering


def enable_flash_attention() -> None:
    """Allow attention layers to use a fused kernel wherever the backend has one."""
    _switches.flash_attention = None


def disable_flash_attention() -> None:
    """Forbid fused attention kernels."""
    _switches.flash_attention = False


def is_flash_attention_enabled() -> bool | None:
    """Return ``False`` when forbidden, and ``None`` when the backend decides."""
    return _switches.flash_attention


def is_nnx_enabled() -> bool:
    """Return ``False``: variables are Polykeras' own on every backend."""
    return False
