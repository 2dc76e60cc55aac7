"""`plot_model` and `model_to_dot`: pictures of models.

SVG is drawn by Polykeras itself. Graphviz, if it is installed, draws the other formats. pydot, if it is installed, is
what `model_to_dot` returns its graph in.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import warnings
from pathlib import Path
from typing import Any, NamedTuple

from polykeras.plugins.errors import did_you_mean
from polykeras.saving.atomic import check_target, replacing
from polykeras.utils.drawing.contents import Contents, Show, contents_of
from polykeras.utils.drawing.dot import dot_of
from polykeras.utils.drawing.graphviz import find_program, rendered
from polykeras.utils.drawing.svg import svg_of

_DIRECTIONS = ("TB", "LR", "BT", "RL")


class _Style(NamedTuple):
    rankdir: str
    dpi: float | None
    splines: object


class ModelPlot:
    """A picture of a model; notebooks show it.

    Attributes:
        svg: The picture as an SVG document.
        path: The file that was written, or ``None``.
    """

    def __init__(self, svg: str, path: Path | None) -> None:
        self.svg = svg
        self.path = path

    def _repr_svg_(self) -> str:
        """Return what a notebook shows."""
        return self.svg

    def __repr__(self) -> str:
        """Return where the file is."""
        return f"<ModelPlot {str(self.path)!r}>" if self.path is not None else "<ModelPlot>"


class ModelGraph:
    """A model's graph in DOT, for where pydot is not installed; with the methods of it that scripts use.

    >>> ModelGraph("digraph model {}", "<svg/>").to_string()
    'digraph model {}'
    """

    def __init__(self, source: str, svg: str) -> None:
        self._source = source
        self._svg = svg

    def to_string(self) -> str:
        """Return the graph in DOT."""
        return self._source

    __str__ = to_string

    def create(self, prog: str = "dot", format: str = "svg") -> bytes:
        """Return an image: an SVG from Graphviz if it is installed, else drawn here; other formats from Graphviz."""
        if format in {"dot", "raw"}:
            return self._source.encode()
        if format == "svg" and find_program(prog) is None:
            return self._svg.encode()
        return rendered(self._source, format, prog)

    def write(self, path: str | os.PathLike[str], prog: str = "dot", format: str = "raw") -> bool:
        """Write what `create` returns to a file."""
        image = self.create(prog, format)
        with replacing(Path(path)) as stream:
            stream.write(image)
        return True

    def _repr_svg_(self) -> str:
        """Return what a notebook shows."""
        return self._svg


def model_to_dot(
    model: Any,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: float | None = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: object = "ortho",
    **kwargs: Any,
) -> Any:
    """Return the graph of a model for Graphviz.

    Args:
        model: A built model.
        show_shapes: Whether to show the shapes of inputs and outputs.
        show_dtype: Whether to show the dtypes of outputs.
        show_layer_names: Whether to show names besides classes.
        rankdir: Where arrows lead: ``"TB"``, ``"LR"``, ``"BT"`` or ``"RL"``.
        expand_nested: Whether to show the layers of models inside, in a frame.
        dpi: Dots per inch of images.
        subgraph: Whether to return a cluster, to be put into another graph.
        show_layer_activations: Whether to show activation functions.
        show_trainable: Whether to show which layers train.
        splines: How Graphviz draws arrows.
        **kwargs: Nothing else; refused by name.

    Returns:
        A ``pydot.Dot`` (a ``pydot.Cluster`` with `subgraph`) where pydot is installed, else a `ModelGraph`.

    Raises:
        ValueError: The model is not built, or an argument is not usable.
    """
    _refuse("model_to_dot", kwargs)
    style = _style("model_to_dot", rankdir, dpi, splines)
    show = Show(show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable, expand_nested)
    contents = contents_of(model, show)
    source = dot_of(contents, **style._asdict(), subgraph=subgraph)
    if importlib.util.find_spec("pydot") is None:
        return ModelGraph(source, _svg(contents, style))
    pydot = importlib.import_module("pydot")
    if not subgraph:
        return pydot.graph_from_dot_data(source)[0]
    return pydot.graph_from_dot_data(f"digraph model {{\n{source}}}")[0].get_subgraphs()[0]


def plot_model(
    model: Any,
    to_file: str | os.PathLike[str] | None = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: float | None = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: object = "ortho",
    **kwargs: Any,
) -> ModelPlot:
    """Draw a model, write the picture to a file and return it.

    Args:
        model: A built model.
        to_file: Where to write; the suffix is the format. ``.svg`` and ``.dot`` always work, others need Graphviz:
            without it an SVG is written beside, and a warning says so. ``None`` writes nothing.
        show_shapes: Whether to show the shapes of inputs and outputs.
        show_dtype: Whether to show the dtypes of outputs.
        show_layer_names: Whether to show names besides classes.
        rankdir: Where arrows lead: ``"TB"``, ``"LR"``, ``"BT"`` or ``"RL"``.
        expand_nested: Whether to show the layers of models inside, in a frame.
        dpi: Dots per inch of images that Graphviz draws; an SVG has no dots.
        show_layer_activations: Whether to show activation functions.
        show_trainable: Whether to show which layers train.
        splines: How Graphviz draws arrows; in an SVG ``"line"``, ``"polyline"`` and ``False`` are straight, all
            else is curved.
        **kwargs: Nothing else; refused by name.

    Returns:
        The picture, which notebooks show.

    Raises:
        ValueError: The model is not built, or an argument is not usable.
        OSError: The file cannot be written.
    """
    _refuse("plot_model", kwargs)
    style = _style("plot_model", rankdir, dpi, splines)
    target = None if to_file is None else Path(to_file)
    if target is not None:
        check_target(target)
    show = Show(show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable, expand_nested)
    contents = contents_of(model, show)
    svg = _svg(contents, style)
    return ModelPlot(svg, None if target is None else _written(target, contents, style, svg))


def _svg(contents: Contents, style: _Style) -> str:
    return svg_of(contents, rankdir=style.rankdir, splines=style.splines)


def _written(target: Path, contents: Contents, style: _Style, svg: str) -> Path:
    """Write the picture and return where."""
    suffix = target.suffix[1:].lower() or "png"
    if suffix == "svg":
        image = svg.encode()
    elif suffix in {"dot", "gv"}:
        image = dot_of(contents, **style._asdict()).encode()
    elif find_program() is not None:
        image = rendered(dot_of(contents, **style._asdict()), suffix)
    else:
        image, asked, target = svg.encode(), target, target.with_suffix(".svg")
        warnings.warn(
            f"Graphviz is not installed, so {asked.name!r} was not written; {target.name!r} is there in its place.",
            UserWarning,
            stacklevel=3,
        )
    with replacing(target) as stream:
        stream.write(image)
    return target


def _style(function: str, rankdir: str, dpi: Any, splines: object) -> _Style:
    if rankdir not in _DIRECTIONS:
        raise ValueError(
            f"`{function}` knows no such direction.{did_you_mean(str(rankdir), _DIRECTIONS)}\n"
            f"Received: rankdir={rankdir!r}.\nAllowed: {', '.join(_DIRECTIONS)}.\nPass one of these."
        )
    if dpi is not None and (not isinstance(dpi, (int, float)) or isinstance(dpi, bool) or not 0 < dpi < 1e5):
        raise ValueError(
            f"`{function}` cannot draw at this resolution.\nReceived: dpi={dpi!r}.\n"
            "Allowed: a positive number, or None.\nPass for example dpi=96."
        )
    return _Style(rankdir, dpi, splines)


def _refuse(function: str, kwargs: dict[str, Any]) -> None:
    if kwargs:
        raise ValueError(
            f"`{function}` got arguments that it does not have.\nReceived: {', '.join(sorted(kwargs))}.\n"
            "Allowed: those in its signature.\nRemove them; layers cannot be left out of a picture."
        )
