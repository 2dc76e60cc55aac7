"""Process-wide numeric settings: floatx, epsilon and image data format."""

from __future__ import annotations

from polykeras.plugins.errors import did_you_mean

_FLOATS = ("float16", "bfloat16", "float32", "float64")
_FORMATS = ("channels_last", "channels_first")


class _Settings:
    floatx = "float32"
    epsilon = 1e-7
    image_data_format = "channels_last"


_settings = _Settings()


def _checked(setting: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(
            f"The setting `{setting}` cannot be {value!r}.{did_you_mean(str(value), allowed)}\n"
            f"Allowed: {', '.join(allowed)}.\n"
            f"Call `config.set_{setting}` with one of these."
        )
    return value


def floatx() -> str:
    """Return the default float dtype, as a name."""
    return _settings.floatx


def set_floatx(value: str) -> None:
    """Set the default float dtype: ``"float16"``, ``"bfloat16"``, ``"float32"`` or ``"float64"``."""
    _settings.floatx = _checked("floatx", value, _FLOATS)


def epsilon() -> float:
    """Return the fuzz factor of numeric expressions."""
    return _settings.epsilon


def set_epsilon(value: float) -> None:
    """Set the fuzz factor of numeric expressions."""
    _settings.epsilon = float(value)


def image_data_format() -> str:
    """Return ``"channels_last"`` or ``"channels_first"``."""
    return _settings.image_data_format


def set_image_data_format(data_format: str) -> None:
    """Set the default image data format."""
    _settings.image_data_format = _checked("image_data_format", str(data_format).lower(), _FORMATS)


def standardize_data_format(data_format: str | None) -> str:
    """Return `data_format` checked, or the default for ``None``."""
    if data_format is None:
        return _settings.image_data_format
    return _checked("image_data_format", str(data_format).lower(), _FORMATS)
