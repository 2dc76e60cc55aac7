"""What a picture shows of a model: boxes, groups, arrows and the lines in a box."""

from __future__ import annotations

import pytest

from polykeras import Model, Sequential, layers, utils
from polykeras.utils.drawing.contents import Box, Group, Show, contents_of
from tests.core.utils.drawn_models import MODELS, chain, nested, residual


@pytest.fixture(autouse=True)
def names_from_the_start():
    utils.clear_session()


def boxes(members):
    for member in members:
        if isinstance(member, Box):
            yield member
        else:
            yield from boxes(member.members)


def arrows(contents):
    title = {box.key: box.title for box in boxes(contents.members)}
    return {(title[start], title[end]) for start, end in contents.arrows}


RESIDUAL = {
    ("left", "first"), ("first", "second"), ("first", "sum"), ("second", "sum"), ("sum", "relu"), ("relu", "join"),
    ("right", "join"), ("join", "one"), ("join", "two"),
}  # fmt: skip
AROUND = {("subtract", "absolute"), ("left", "encoder"), ("right", "encoder"), ("encoder", "subtract")}
EXPANDED = {
    ("left", "features"), ("right", "features"), ("features", "hidden"), ("hidden", "code"), ("code", "subtract"),
    ("subtract", "absolute"), ("absolute", "h1"), ("hidden", "h1"), ("h1", "h2"), ("hidden", "sum"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expand", "expected"),
    [
        ("chain", False, {("a", "b")}),
        ("residual", False, RESIDUAL),
        ("nested", False, AROUND | {("absolute", "head"), ("encoder", "head"), ("encoder", "sum")}),
        ("nested", True, EXPANDED),
        (
            "shared",
            False,
            {("x", "dense"), ("dense", "relu"), ("relu", "dense"), ("dense", "twice"), ("twice", "twice")},
        ),
    ],
)
def test_arrows(name, expand, expected):
    assert arrows(contents_of(MODELS[name](), Show(nested=expand))) == expected


def test_groups_hold_what_is_inside_and_keys_are_unique():
    contents = contents_of(nested(), Show(nested=True))
    groups = [member for member in contents.members if isinstance(member, Group)]
    assert [(group.title, group.subtitle) for group in groups] == [("encoder", "Functional"), ("head", "Sequential")]
    assert [box.title for box in groups[1].members] == ["h1", "h2"]
    keys = [box.key for box in boxes(contents.members)] + [group.key for group in groups]
    assert len(keys) == len(set(keys))


def test_lines_of_a_box():
    model = residual()
    model.get_layer("second").trainable = False
    everything = Show(shapes=True, dtype=True, names=True, activations=True, trainable=True)
    by_title = {box.title: box for box in boxes(contents_of(model, everything).members)}
    assert by_title["join"].rows == (
        ("Input shape", "(None, 4), (None, 3)"),
        ("Output shape", "(None, 7)"),
        ("Output dtype", "float32"),
    )
    assert by_title["second"].rows[0] == ("Activation", "linear")
    assert by_title["second"].rows[-1] == ("Trainable", "no")
    assert [by_title[name].kind for name in ("left", "sum", "relu")] == ["input", "layer", "op"]
    assert by_title["left"].rows[0] == ("Output shape", "(None, 8)")
    assert not any(box.rows for box in boxes(contents_of(model, Show()).members))


def test_without_names_the_class_is_the_title():
    titles = [(box.title, box.subtitle) for box in boxes(contents_of(chain(), Show(names=False)).members)]
    assert titles == [("Dense", ""), ("Dense", "")]


def test_a_subclassed_model_is_one_box():
    class Own(Model):
        def __init__(self):
            super().__init__(name="own")
            self.dense = layers.Dense(1)

        def call(self, x):
            return self.dense(x)

    model = Own()
    model.build((None, 2))
    (box,) = contents_of(model, Show()).members
    assert (box.title, box.subtitle) == ("own", "Own")
    x = layers.Input((2,), name="x")
    assert arrows(contents_of(Model(x, model(x)), Show(nested=True))) == {("x", "own")}


def test_a_graph_may_start_inside_another():
    model = residual()
    part = Model(model.get_layer("sum").output, model.get_layer("sum").output + 1)
    first, second = boxes(contents_of(part, Show(shapes=True)).members)
    assert (first.kind, first.subtitle, first.rows) == ("input", "Input", (("Output shape", "(None, 4)"),))
    assert second.title == "add"


def test_an_unbuilt_model_is_refused():
    with pytest.raises(ValueError, match="not built"):
        contents_of(Sequential([layers.Dense(1)]), Show())
