"""Graphs of symbolic tensors: shapes, names, binding of inputs, errors. No framework."""

from __future__ import annotations

from typing import Any

import pytest

import polykeras as keras

L = keras.layers


def test_ops_on_symbolic_tensors_join_the_graph() -> None:
    inputs = keras.Input((4,))
    outputs = keras.ops.relu(inputs * 2.0 - 1.0)
    model = keras.Model(inputs, outputs)
    assert [step.operation.name for step in model._graph.steps] == ["multiply", "subtract", "relu"]
    assert model.output_shape == (None, 4)


@pytest.mark.parametrize("key", [slice(None, None, 10), slice(None, 64)])
def test_slices_of_an_unknown_axis_stay_unknown(key: slice) -> None:
    assert keras.Input((None, 9))[:, key].shape == (None, None, 9)


def test_a_symbolic_tensor_refuses_python_control_flow() -> None:
    x = keras.Input((4,))
    for use in (bool, int, float, iter, lambda t: [0][t]):
        with pytest.raises(TypeError, match="symbolic tensor"):
            use(x)


def test_a_shared_layer_and_nested_models() -> None:
    shared = L.Dense(3, name="shared")
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    inner = keras.Sequential([keras.Input((3,)), L.Dense(2)], name="inner")
    model = keras.Model([a, b], L.Add()([inner(shared(a)), inner(shared(b))]))
    assert [layer.name for layer in model.layers].count("shared") == 1
    assert len(model.weights) == 4
    assert model.get_layer("inner").count_params() == 8


def test_a_list_that_grows_after_a_call_does_not_change_the_call() -> None:
    x = keras.Input((2,))
    parts = [x, keras.layers.Dense(3)(x)]
    for _ in range(3):
        parts.append(keras.layers.Dense(3)(keras.layers.Concatenate()(parts)))
    model = keras.Model(x, parts[-1])
    assert model.layers[-1].input.shape == (None, 11)
    assert model.layers[-2].input == parts[:-1]


def test_structures_of_inputs_and_outputs() -> None:
    inputs = {"left": keras.Input((2,)), "right": keras.Input((3,))}
    joined = L.Concatenate()([inputs["left"], inputs["right"]])
    model = keras.Model(inputs, {"wide": joined, "narrow": L.Dense(1)(joined)})
    assert model.output_shape == {"wide": (None, 5), "narrow": (None, 1)}
    with pytest.raises(ValueError, match="'rigth'"):
        model({"left": keras.Input((2,)), "rigth": keras.Input((3,))})


def test_sequential_grows_and_shrinks() -> None:
    model = keras.Sequential([keras.Input((4,)), L.Dense(3), L.Dense(2)])
    assert model.output_shape == (None, 2)
    model.pop()
    assert model.output_shape == (None, 3)
    model.add(L.Dense(5))
    assert model.output_shape == (None, 5)
    assert [layer.name for layer in model.layers] == [layer.name for layer in model.layers if layer.name != "input"]


def test_feature_extraction_from_inner_layers() -> None:
    model = keras.Sequential([keras.Input((4,)), L.Dense(3, name="hidden"), L.Dense(2)])
    features = keras.Model(model.inputs, model.get_layer("hidden").output)
    assert features.output_shape == (None, 3)
    assert features.weights[0] is model.weights[0]


def _unrelated() -> Any:
    return keras.Model(keras.Input((2,)), L.Dense(1)(keras.Input((2,))))


def _same_name() -> Any:
    return keras.Sequential([L.Dense(1, name="d"), L.Dense(1, name="d")])


ERRORS: dict[str, tuple[Any, type[Exception], str]] = {
    "unrelated output": (_unrelated, ValueError, "not among its inputs"),
    "no layer of that name": (
        lambda: keras.Sequential([L.Dense(1, name="first")]).get_layer("frist"),
        ValueError,
        "first",
    ),
    "same name twice": (_same_name, ValueError, "same name"),
    "late input": (lambda: keras.Sequential([L.Dense(1), keras.Input((2,))]), ValueError, "first"),
    "no layer": (lambda: keras.Sequential([3]), TypeError, "layers"),
    "outputs only": (lambda: keras.Model(outputs=keras.Input((2,))), ValueError, "both ends"),
    "not symbolic": (lambda: keras.Model([1.0], [2.0]), TypeError, "symbolic"),
    "count before building": (lambda: L.Dense(1).count_params(), ValueError, "not built"),
    "no super().__init__": (lambda: _Forgetful()(keras.Input((2,))), Exception, "super"),
}


class _Forgetful(keras.layers.Layer):
    def __init__(self) -> None:
        pass


@pytest.mark.parametrize("case", ERRORS)
def test_refused(case: str) -> None:
    act, kind, told = ERRORS[case]
    with pytest.raises(kind, match=told):
        act()
