"""Rules of ops that look elements up at other places."""

from __future__ import annotations

from typing import Any

from polykeras.ops.dims import as_shape, known
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.pictures import check_rank
from polykeras.ops.shape_rules.spec import Spec, show

FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")
INTERPOLATIONS = ("bilinear", "nearest")


def check_sampling(order: int, fill_mode: str) -> None:
    """Refuse an order or a mode that there is none of."""
    if order not in {0, 1}:
        raise RuleError("has no such order", f"order={order}", "0 (nearest) or 1 (linear)", "Use one of them.")
    _check_mode(fill_mode)


def check_interpolation(interpolation: str, fill_mode: str) -> None:
    """Refuse names that there are none of."""
    if interpolation not in INTERPOLATIONS:
        allowed = ", ".join(INTERPOLATIONS)
        raise RuleError("knows no such interpolation", f"interpolation={interpolation!r}", allowed, "Use one of them.")
    _check_mode(fill_mode)


def _check_mode(fill_mode: str) -> None:
    if fill_mode not in FILL_MODES:
        allowed = ", ".join(FILL_MODES)
        raise RuleError("knows no such mode", f"fill_mode={fill_mode!r}", allowed, "Use one of them.")


def map_coordinates(
    inputs: Spec, coordinates: Spec, order: int, fill_mode: str = "constant", fill_value: float = 0
) -> Spec:
    """Return an element for each place."""
    del fill_value
    check_sampling(order, fill_mode)
    if not coordinates.dims or (known(coordinates.dims[0]) and coordinates.dims[0] != len(inputs.dims)):
        raise RuleError(
            "needs a place along every axis", f"inputs {show(inputs)}, coordinates {show(coordinates)}",
            f"coordinates of shape ({len(inputs.dims)}, ...)", "Put the coordinates of all axes along the first one.",
        )  # fmt: skip
    if 0 in inputs.dims:
        raise RuleError("cannot look into nothing", show(inputs), "elements", "Leave the call out.")
    return Spec(coordinates.dims[1:], inputs.dtype)


def affine_transform(
    images: Spec, transform: Spec, interpolation: str = "bilinear", fill_mode: str = "constant",
    fill_value: float = 0, data_format: str | None = None,
) -> Spec:  # fmt: skip
    """Return the images' own shape."""
    del fill_value, data_format
    check_rank(images)
    check_interpolation(interpolation, fill_mode)
    _check_each(images, transform, "transform", (8,))
    return images


def perspective_transform(
    images: Spec, start_points: Spec, end_points: Spec, interpolation: str = "bilinear", fill_value: float = 0,
    data_format: str | None = None,
) -> Spec:  # fmt: skip
    """Return the images' own shape."""
    del fill_value, data_format
    check_rank(images)
    check_interpolation(interpolation, "constant")
    for name, points in (("start_points", start_points), ("end_points", end_points)):
        _check_each(images, points, name, (4, 2))
    return images


def elastic_transform(
    images: Spec, alpha: float = 20.0, sigma: float = 5.0, interpolation: str = "bilinear",
    fill_mode: str = "reflect", fill_value: float = 0.0, seed: Any = None, data_format: str | None = None,
) -> Spec:  # fmt: skip
    """Return the images' own shape."""
    del alpha, fill_value, seed, data_format
    check_rank(images)
    check_interpolation(interpolation, fill_mode)
    if not sigma > 0:
        raise RuleError("needs a blur", f"sigma={sigma}", "above 0", "Use a small number for a field like noise.")
    return images


def _check_each(images: Spec, numbers: Spec, name: str, form: tuple[int, ...]) -> None:
    """Refuse what is not of the form for all images, nor for each of them."""
    batch = numbers.dims[: len(numbers.dims) - len(form)]
    own = numbers.dims[len(batch) :]
    count = images.dims[0] if len(images.dims) == 4 else 1
    fits = len(batch) <= 1 and len(own) == len(form)
    fits = fits and not any(known(a) and a != b for a, b in zip(own, form, strict=True))
    if not fits or (batch and known(batch[0]) and known(count) and batch[0] not in {1, count}):
        raise RuleError(
            f"cannot take these `{name}`", f"images {show(images)}, {name} {show(numbers)}",
            f"shape {form} for all, or {('batch', *form)} for each image".replace("'", ""),
            f"Received a shape of {as_shape(numbers.dims)}: give one for all, or as many as images.",
        )  # fmt: skip
