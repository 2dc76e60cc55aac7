"""`plot_model` and `model_to_dot`: files, formats, arguments, and texts that stay in their place."""

from __future__ import annotations

import importlib.util
import inspect
import re
import stat
import sys
import warnings
from xml.etree import ElementTree as ET

import pytest

from polykeras import utils
from polykeras.utils import plot
from polykeras.utils.drawing import graphviz
from polykeras.utils.drawing.contents import Box, Contents, Group, Row, Show, contents_of
from polykeras.utils.drawing.dot import dot_of
from polykeras.utils.drawing.svg import svg_of
from polykeras.utils.drawing.text import shortened
from tests.core.utils.drawn_models import MODELS, chain, nested

SVG = "{http://www.w3.org/2000/svg}"
TAGS = {"svg", "title", "defs", "marker", "path", "rect", "g", "text"}
HOSTILE = [
    '"><script>alert(1)</script>',
    "</text><image href='file:///etc/passwd'/>",
    "]]>--><!ENTITY x SYSTEM 'y'>&x;",
    '"]; evil [label="',
    '>]; evil -> evil; a [label=<<IMG SRC="/etc/passwd"/>',
    "}\n}\nevil",
    "back\\slash\\",
    "zero\0, bell\a, lone \ud800, \ufffe",
    "한국어 이름 ✓ \u202e turned",
    "long" * 200,
]


@pytest.fixture(autouse=True)
def without_programs(monkeypatch):
    """Draw as where neither Graphviz nor pydot is installed."""
    monkeypatch.setattr(graphviz.shutil, "which", lambda _: None)
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pydot" else found(name))


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - written by the function under test


def hostile_contents(text):
    box = Box("n1", text, text, (Row(text, text),))
    return Contents(text, (box, Group("n2", text, text, (box._replace(key="n3", kind="op"),))), (("n1", "n3"),))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_out_of_an_svg(text):
    root = parsed(svg_of(hostile_contents(text)))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= TAGS
    assert not any(name.startswith("on") or "href" in name for element in root.iter() for name in element.attrib)
    # Title, class and row of two boxes, title and class of a group.
    assert len(root.findall(f".//{SVG}text")) == 10
    if text.isprintable():
        assert {element.text for element in root.findall(f".//{SVG}text")} <= {shortened(text), text}
        assert root.find(f"{SVG}title").text == text


@pytest.mark.parametrize("subgraph", [False, True])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_out_of_dot(text, subgraph):
    source = dot_of(hostile_contents(text), subgraph=subgraph)
    source.encode()
    structure = []
    for line in source.splitlines():
        label = re.fullmatch(r"(.*label=)<(.*)>(\]?;)", line)
        if label:
            tags = {element.tag for element in parsed(f"<r>{label[2]}</r>").iter()}
            assert tags <= {"r", "TABLE", "TR", "TD", "FONT", "B"}
            line = label[1] + label[3]  # noqa: PLW2901
        structure.append(re.sub(r'"(?:[^"\\]|\\.)*"', "TEXT", line).strip())
    expected = [
        *(["subgraph TEXT {", "label=TEXT;"] if subgraph else
          ["digraph model {", "graph [concentrate=true, rankdir=TB, splines=TEXT, dpi=200];"]),
        "node [shape=plain, fontname=TEXT];", "edge [color=TEXT];", "n1 [label=];",
        "subgraph cluster_n2 {", "label=;", "fontname=TEXT; style=TEXT; color=TEXT;", "n3 [label=];", "}",
        "n1 -> n3;", "}",
    ]  # fmt: skip
    assert structure == expected


@pytest.mark.parametrize("rankdir", ["TB", "LR", "BT", "RL"])
@pytest.mark.parametrize("name", MODELS)
def test_svg_of_models(name, rankdir):
    model = MODELS[name]()
    picture = utils.plot_model(model, None, True, True, True, rankdir, True, 96, True, True)
    root = parsed(picture.svg)
    contents = contents_of(model, Show(nested=True))
    arrows = [element for element in root.iter(f"{SVG}path") if "marker-end" in element.attrib]
    assert len(arrows) == len(contents.arrows)
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    for rect in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(rect.attrib[key]) for key in ("x", "y", "width", "height"))
        assert left <= x <= x + w <= left + width + 0.1
        assert top <= y <= y + h <= top + height + 0.1
    assert picture._repr_svg_() == picture.svg
    assert picture.path is None


@pytest.mark.parametrize(
    ("rankdir", "axis", "first"), [("TB", "y", min), ("BT", "y", max), ("LR", "x", min), ("RL", "x", max)]
)
def test_directions(rankdir, axis, first):
    root = parsed(utils.plot_model(chain(), None, show_layer_names=True, rankdir=rankdir).svg)
    places = {element.text: float(element.attrib[axis]) for element in root.iter(f"{SVG}text")}
    assert places["a"] == first(places["a"], places["b"]) != places["b"]


@pytest.mark.parametrize(("splines", "curved"), [("ortho", True), ("line", False), ("polyline", False), (False, False)])
def test_straight_and_curved_arrows(splines, curved):
    root = parsed(utils.plot_model(nested(), None, splines=splines).svg)
    paths = [element.attrib["d"] for element in root.iter(f"{SVG}path") if "marker-end" in element.attrib]
    assert any("C" in path for path in paths) is curved


def test_files(tmp_path):
    svg = utils.plot_model(chain(), tmp_path / "model.svg")
    assert svg.path == tmp_path / "model.svg"
    assert svg.path.read_text(encoding="utf-8") == svg.svg
    dot = utils.plot_model(chain(), str(tmp_path / "model.dot"), rankdir="LR", dpi=None)
    assert dot.path.read_text(encoding="utf-8").startswith("digraph model {\n  graph [concentrate=true, rankdir=LR")
    assert "dpi" not in dot.path.read_text(encoding="utf-8")
    with pytest.raises(OSError, match="no folder"):
        utils.plot_model(chain(), tmp_path / "missing" / "model.svg")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.dot", "model.svg"]


@pytest.mark.parametrize("name", ["model.png", "model", "model.pdf"])
def test_without_graphviz_an_svg_is_written_beside(tmp_path, name):
    with pytest.warns(UserWarning, match=re.escape(f"{name!r} was not written; 'model.svg'")) as told:
        picture = utils.plot_model(chain(), tmp_path / name)
    assert told[0].filename == __file__
    assert picture.path == tmp_path / "model.svg"
    assert [path.name for path in tmp_path.iterdir()] == ["model.svg"]


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Stand in for `dot`: it writes its arguments and input, or fails if the format is ``bad``."""
    path = tmp_path / "dot"
    path.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "if sys.argv[1] == '-Tbad':\n    sys.exit('Format: \"bad\" not recognized')\n"
        "sys.stdout.write(sys.argv[1] + sys.stdin.read())\n",
        encoding="utf-8",
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(graphviz.shutil, "which", lambda _: str(path))


@pytest.mark.usefixtures("program")
def test_with_graphviz(tmp_path):
    model = chain()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in ("model.png", "model"):
            picture = utils.plot_model(model, tmp_path / name)
            assert picture.path.read_text(encoding="utf-8").startswith("-Tpngdigraph model {")
        assert utils.plot_model(model, tmp_path / "model.svg").path.read_text(encoding="utf-8").startswith("<svg")
    graph = utils.model_to_dot(model)
    assert graph.create(prog="dot", format="svg") == b"-Tsvg" + graph.to_string().encode()
    for image_format in ("bad", "-obad", "svg -o/tmp/x", ""):
        with pytest.raises(ValueError, match="Graphviz could not draw"):
            graph.create(format=image_format)


def test_graphs_without_pydot(tmp_path):
    graph = utils.model_to_dot(nested(), expand_nested=True)
    assert str(graph) == graph.to_string()
    assert graph.to_string().count("subgraph cluster_") == 2
    assert graph.create(prog="dot", format="svg") == graph._repr_svg_().encode()
    assert graph.write(tmp_path / "model.gv")
    assert (tmp_path / "model.gv").read_text(encoding="utf-8") == graph.to_string()
    with pytest.raises(FileNotFoundError, match="needs Graphviz"):
        graph.create(format="png")
    assert utils.model_to_dot(nested(), subgraph=True).to_string().startswith('subgraph "cluster_')


# pydot's own quarrel with a newer pyparsing.
@pytest.mark.filterwarnings("ignore:.*deprecated - use:DeprecationWarning")
@pytest.mark.parametrize("text", HOSTILE)
def test_graphs_with_pydot(text, monkeypatch):
    monkeypatch.undo()
    pydot = importlib.import_module("pydot")
    (graph,) = pydot.graph_from_dot_data(dot_of(hostile_contents(text)))
    assert [node.get_name() for node in graph.get_nodes() if node.get_name().startswith("n")] == ["node", "n1"]
    (cluster,) = graph.get_subgraphs()
    assert [node.get_name() for node in cluster.get_nodes()] == ["n3"]
    assert isinstance(utils.model_to_dot(chain()), pydot.Dot)
    assert isinstance(utils.model_to_dot(chain(), subgraph=True), pydot.Subgraph)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rankdir": "tb"}, "Allowed: TB, LR, BT, RL"),
        ({"rankdir": 'TB"; evil'}, "direction"),
        ({"dpi": 0}, "dpi=0"),
        ({"dpi": "96; evil"}, "resolution"),
        ({"dpi": True}, "resolution"),
        ({"layer_range": ["a", "b"]}, "Received: layer_range"),
    ],
)
@pytest.mark.parametrize("function", [utils.model_to_dot, utils.plot_model])
def test_arguments_that_are_not_usable(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(chain(), **arguments)


def test_defaults_differ_in_names_only():
    ours = [
        {name: p.default for name, p in inspect.signature(f).parameters.items()}
        for f in (plot.plot_model, plot.model_to_dot)
    ]
    both = ours[0].keys() & ours[1].keys()
    assert {name for name in both if ours[0][name] != ours[1][name]} == {"show_layer_names"}
