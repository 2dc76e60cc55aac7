"""What every optimizer does around its rule: clipping, decay, averages, accumulation, counting, copies."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import polykeras as keras
from polykeras import ops, optimizers
from polykeras.backend.current import current
from polykeras.optimizers import SGD, Adam, RMSprop, schedules
from polykeras.plugins.errors import ShapeError

RATE = 0.1
W0 = [np.array([1.0, 2.0]), np.array([[3.0, -4.0]])]


def gradients_of(step):
    return [np.array([0.5, -1.0]) * (step + 1), np.array([[2.0, 1.0]]) * (step + 1)]


def variables_of():
    return [keras.Variable(w.astype("float32"), name=name) for w, name in zip(W0, ("kernel", "bias"), strict=True)]


def run(optimizer, steps=4, compiled=False):
    """Take steps and return the weights after each of them."""
    variables = variables_of()
    optimizer.build(variables)
    backend = current()

    def step(batch):
        optimizer.apply(list(batch), variables)

    if compiled:
        step = backend.training.compile_step(step, [*variables, *optimizer.variables], jit=None)
    seen = []
    for number in range(steps):
        step(backend.tensors.place(tuple(np.asarray(g, "float32") for g in gradients_of(number))))
        seen.append([variable.numpy() for variable in variables])
    return seen, variables


def check(seen, wanted):
    assert len(seen) == len(wanted)
    for own, other in zip(seen, wanted, strict=True):
        for a, b in zip(own, other, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def descend(change, steps=4):
    """Return the weights after each step of gradient descent along ``change(gradients, weights, step)``."""
    weights, seen = list(W0), []
    for step in range(steps):
        weights = [w - RATE * c for w, c in zip(weights, change(gradients_of(step), weights, step), strict=True)]
        seen.append(weights)
    return seen


def _norm(arrays):
    return np.sqrt(sum((array**2).sum() for array in arrays))


CHANGES = {
    "plain": ({}, lambda g, *_: g),
    "clipnorm": ({"clipnorm": 1.5}, lambda g, *_: [x * min(1.0, 1.5 / _norm([x])) for x in g]),
    "global_clipnorm": ({"global_clipnorm": 3.0}, lambda g, *_: [x * min(1.0, 3.0 / _norm(g)) for x in g]),
    "clipvalue": ({"clipvalue": 0.75}, lambda g, *_: [np.clip(x, -0.75, 0.75) for x in g]),
    "weight_decay": ({"weight_decay": 0.1}, lambda g, w, _: [x + 0.1 * y for x, y in zip(g, w, strict=True)]),
    "loss_scale_factor": ({"loss_scale_factor": 4.0}, lambda g, *_: [x / 4.0 for x in g]),
}


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("case", CHANGES)
def test_what_becomes_of_gradients(case, compiled):
    arguments, change = CHANGES[case]
    seen, _ = run(SGD(RATE, **arguments), compiled=compiled)
    check(seen, descend(change))


@pytest.mark.parametrize("limit", [{"clipnorm": 1.0}, {"global_clipnorm": 1.0}])
def test_gradients_of_zero_are_not_divided_by_their_norm(limit):
    variable = keras.Variable([1.0])
    SGD(RATE, **limit).apply([np.zeros(1)], [variable])
    assert variable.numpy().tolist() == [1.0]


def test_excluded_weights_do_not_decay():
    for exclude in ({"var_names": ["^bias$"]}, None):
        optimizer = SGD(RATE, weight_decay=0.1)
        variables = variables_of()
        optimizer.build(variables)
        optimizer.exclude_from_weight_decay(**(exclude or {"var_list": [variables[1]]}))
        optimizer.apply([np.zeros(2), np.zeros((1, 2))], variables)
        np.testing.assert_allclose(variables[0].numpy(), W0[0] * 0.99, rtol=1e-6)
        np.testing.assert_array_equal(variables[1].numpy(), W0[1])


def averaged(seen, momentum, every=None):
    """Return weights and averages after each step; averages replace the weights every so many steps."""
    averages, shift, out = None, [np.zeros_like(w) for w in W0], []
    for number, plain in enumerate(seen, 1):
        weights = [w + s for w, s in zip(plain, shift, strict=True)]
        pairs = zip(averages or weights, weights, strict=True)
        averages = [momentum * a + (1 - momentum) * w for a, w in pairs]
        if every and number % every == 0:
            shift = [s + a - w for s, a, w in zip(shift, averages, weights, strict=True)]
            weights = averages
        out.append((weights, averages))
    return out


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("every", [None, 2, 3])
def test_moving_averages(every, compiled):
    optimizer = SGD(RATE, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=every)
    seen, variables = run(optimizer, 6, compiled)
    wanted = averaged(descend(lambda g, *_: g, 6), 0.9, every)
    check(seen, [weights for weights, _ in wanted])
    averages = [v for v in optimizer.variables if v.name.endswith("_average")]
    assert [v.name for v in averages] == ["kernel_average", "bias_average"]
    check([[v.numpy() for v in averages]], [wanted[-1][1]])
    optimizer.finalize_variable_values(variables)
    check([[v.numpy() for v in variables]], [wanted[-1][1]])


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("kind", [SGD, Adam, RMSprop])
def test_accumulated_gradients_are_averaged(kind, compiled):
    optimizer = kind(RATE, gradient_accumulation_steps=2)
    seen, _ = run(optimizer, 5, compiled)
    reference, variables = kind(RATE), variables_of()
    wanted = []
    for step in range(5):
        if step % 2:
            pair = zip(gradients_of(step - 1), gradients_of(step), strict=True)
            reference.apply([(a + b) / 2 for a, b in pair], variables)
        wanted.append([v.numpy() for v in variables])
    check(seen, wanted)
    assert int(optimizer.iterations) == 2
    assert int(optimizer.variables[0].numpy()) == 5


def test_constraints_hold_after_each_step():
    for optimizer in (SGD(RATE), Adam(RATE), RMSprop(RATE)):
        variables = variables_of()
        variables[0].assign([0.05, 2.0])
        variables[0].constraint = keras.constraints.NonNeg()
        for _ in range(3):
            optimizer.apply([np.array([1e3, -1.0]), np.ones((1, 2))], variables)
        assert variables[0].numpy()[0] == 0.0
        assert variables[0].numpy()[1] > 2.0
        assert variables[1].numpy()[0, 1] < -4.0


NAMES = {
    "sgd": (SGD(), []),
    "momentum": (SGD(momentum=0.9), ["kernel_momentum", "bias_momentum"]),
    "adam": (Adam(), ["kernel_momentum", "kernel_velocity", "bias_momentum", "bias_velocity"]),
    "adam, everything": (
        Adam(amsgrad=True, use_ema=True, gradient_accumulation_steps=2),
        [
            "kernel_average", "bias_average", "kernel_gradient_accumulator", "bias_gradient_accumulator",
            "kernel_momentum", "kernel_velocity", "bias_momentum", "bias_velocity",
            "kernel_velocity_hat", "bias_velocity_hat",
        ],
    ),
    "rmsprop": (
        RMSprop(momentum=0.5, centered=True),
        [
            "kernel_velocity", "bias_velocity", "kernel_momentum", "bias_momentum",
            "kernel_average_gradient", "bias_average_gradient",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NAMES)
def test_names_and_order_of_the_state(case):
    """Files hold the state by number, so its order is Keras'."""
    optimizer, wanted = NAMES[case]
    optimizer.build(variables_of())
    optimizer.build(variables_of())
    assert [v.name for v in optimizer.variables] == ["iteration", "learning_rate", *wanted]
    assert [v.path for v in optimizer.variables] == [f"{optimizer.name}/{v.name}" for v in optimizer.variables]
    assert not any(v.trainable for v in optimizer.variables)


def test_paths_of_weights_in_names():
    weight = keras.Variable([1.0], name="kernel", path="model/dense/kernel")
    optimizer = SGD(momentum=0.9)
    optimizer.build([weight])
    assert optimizer.variables[2].name == "model_dense_kernel_momentum"


# ---------------------------------------------------------------------------------------------- learning rate


def test_the_learning_rate_can_be_set():
    optimizer = SGD(0.5)
    assert float(optimizer.learning_rate) == 0.5
    optimizer.learning_rate = 0.25
    assert optimizer.get_config()["learning_rate"] == 0.25
    optimizer.learning_rate.assign(0.1)
    assert optimizer.get_config()["learning_rate"] == 0.1
    variable = keras.Variable([1.0])
    optimizer.apply([np.ones(1)], [variable])
    np.testing.assert_allclose(variable.numpy(), [0.9], rtol=1e-6)


@pytest.mark.parametrize("rate", [lambda: 0.1, np.float32(0.1), schedules.PiecewiseConstantDecay([9], [0.1, 0.0])])
def test_other_learning_rates(rate):
    seen, _ = run(SGD(rate))
    check(seen, descend(lambda g, *_: g))


@pytest.mark.parametrize("kind", [SGD, Adam, RMSprop])
@pytest.mark.parametrize("compiled", [False, True])
def test_a_schedule_counts_updates(kind, compiled):
    optimizer = kind(schedules.ExponentialDecay(0.1, 2, 0.5, staircase=True))
    seen, _ = run(optimizer, 4, compiled)
    reference, variables, wanted = kind(0.1), variables_of(), []
    for step in range(4):
        reference.learning_rate = 0.1 * 0.5 ** (step // 2)
        reference.apply(gradients_of(step), variables)
        wanted.append([v.numpy() for v in variables])
    check(seen, wanted)
    assert [v.name for v in optimizer.variables][:2] != ["iteration", "learning_rate"]


def test_a_schedule_gives_way_to_a_schedule_only():
    optimizer = SGD(0.1)
    optimizer.build(variables_of())
    optimizer.learning_rate = schedules.CosineDecay(0.2, 10)
    assert [v.name for v in optimizer.variables] == ["iteration"]
    assert float(optimizer.learning_rate) == pytest.approx(0.2)
    with pytest.raises(TypeError, match="Allowed: another schedule"):
        optimizer.learning_rate = 0.1


SCHEDULES = [
    (schedules.ExponentialDecay(0.1, 10, 0.5), lambda t: 0.1 * 0.5 ** (t / 10)),
    (schedules.ExponentialDecay(0.1, 10, 0.5, True), lambda t: 0.1 * 0.5 ** (t // 10)),
    (schedules.PiecewiseConstantDecay([5, 15], [1.0, 0.5, 0.1]), lambda t: 1.0 if t <= 5 else 0.5 if t <= 15 else 0.1),
    (
        schedules.CosineDecay(0.1, 20, alpha=0.2),
        lambda t: 0.1 * (0.8 * 0.5 * (1 + np.cos(np.pi * min(t, 20) / 20)) + 0.2),
    ),
    (
        schedules.CosineDecay(0.0, 20, warmup_target=0.1, warmup_steps=10),
        lambda t: 0.01 * t if t < 10 else 0.05 * (1 + np.cos(np.pi * min(t - 10, 20) / 20)),
    ),
]


@pytest.mark.parametrize(("schedule", "formula"), SCHEDULES)
def test_schedules(schedule, formula):
    for step in (0, 1, 5, 6, 9, 10, 15, 16, 20, 30, 40):
        rate = schedule(ops.convert_to_tensor(step, "int32"))
        assert ops.dtype(rate) == "float32"
        assert float(rate) == pytest.approx(formula(step), rel=1e-5, abs=1e-7)


# ---------------------------------------------------------------------------------------------- calls


def test_apply_takes_the_built_variables_by_default():
    optimizer, variables = SGD(RATE), variables_of()
    optimizer.build(variables)
    optimizer.apply(gradients_of(0))
    check([[v.numpy() for v in variables]], descend(lambda g, *_: g, 1))


def test_apply_gradients_takes_pairs_and_returns_the_count():
    optimizer, variables = SGD(RATE), variables_of()
    count = optimizer.apply_gradients(zip(gradients_of(0), variables, strict=True))
    assert int(count) == 1
    check([[v.numpy() for v in variables]], descend(lambda g, *_: g, 1))


@pytest.mark.parametrize("make", [SGD, Adam, RMSprop])
def test_some_of_the_variables_and_then_all(make):
    """Frozen and thawed layers change the list between steps."""
    optimizer, variables = make(RATE), variables_of()
    optimizer.build(variables)
    optimizer.apply(gradients_of(0)[1:], variables[1:])
    np.testing.assert_array_equal(variables[0].numpy(), W0[0])
    assert not np.array_equal(variables[1].numpy(), W0[1])
    optimizer.apply(gradients_of(0)[::-1], variables[::-1])
    assert not np.array_equal(variables[0].numpy(), W0[0])


def test_no_gradient_leaves_a_variable():
    optimizer, variables = SGD(RATE), variables_of()
    optimizer.build(variables)
    with pytest.warns(UserWarning, match="no gradients for 'bias'"):
        optimizer.apply([gradients_of(0)[0], None], variables)
    np.testing.assert_array_equal(variables[1].numpy(), W0[1])
    assert not np.array_equal(variables[0].numpy(), W0[0])


@pytest.mark.parametrize("make", [SGD, Adam, RMSprop])
def test_gradients_that_do_not_fit(make):
    optimizer, variables = make(RATE), variables_of()
    optimizer.apply(gradients_of(0), variables)
    before = [v.numpy() for v in variables]
    wrong = [ops.ones((1,)), ops.ones((1, 2))]
    with pytest.raises(ShapeError, match=r"(?s)'kernel'.*Received: shape \(1,\)"):
        optimizer.apply(wrong, variables)
    for refused, told in (
        (lambda: optimizer.apply(gradients_of(0)[:1], variables), "1 gradients for 2 variables"),
        (lambda: optimizer.apply([None, None], variables), "nothing to update by"),
        (lambda: optimizer.apply([np.ones(2)], [keras.Variable(np.ones(2), name="new")]), "Received: 'new'"),
        (lambda: optimizer.stateless_apply([], [], []), "Received: 0 values"),
    ):
        with pytest.raises(ValueError, match=told):
            refused()
    for variable, value in zip(variables, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)


def test_gradients_of_other_kinds_are_converted():
    optimizer, variables = Adam(RATE), variables_of()
    reference, others = Adam(RATE), variables_of()
    for step in range(3):
        optimizer.apply([g.tolist() for g in gradients_of(step)], variables)
        reference.apply([ops.convert_to_tensor(g, "float32") for g in gradients_of(step)], others)
    check([[v.numpy() for v in variables]], [[v.numpy() for v in others]])


def test_scaled_losses():
    assert SGD().scale_loss(3.0) == 3.0
    assert float(SGD(loss_scale_factor=4.0).scale_loss(ops.convert_to_tensor(3.0))) == 12.0


def test_an_empty_list_of_variables_is_no_update():
    optimizer = SGD()
    optimizer.apply([], [])
    assert int(optimizer.iterations) == 0


# ---------------------------------------------------------------------------------------------- copies


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda pair: pickle.loads(pickle.dumps(pair))])
@pytest.mark.parametrize(
    "make", [lambda: SGD(RATE, momentum=0.9), lambda: Adam(RATE, use_ema=True), lambda: RMSprop(RATE)]
)
def test_copies_go_on_by_themselves(make, twin):
    optimizer, variables = make(), variables_of()
    optimizer.apply(gradients_of(0), variables)
    optimizer.learning_rate = 0.05
    other, others = twin((optimizer, variables))
    frozen = [v.numpy() for v in variables]
    other.apply(gradients_of(1), others)
    for variable, value in zip(variables, frozen, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)
    optimizer.apply(gradients_of(1), variables)
    for own, theirs in zip([*variables, *optimizer.variables], [*others, *other.variables], strict=True):
        np.testing.assert_array_equal(own.numpy(), theirs.numpy())
        assert own.id != theirs.id
    assert other.get_config() == optimizer.get_config()


def test_state_is_saved_and_loaded_by_number():
    optimizer, variables = Adam(RATE), variables_of()
    optimizer.apply(gradients_of(0), variables)
    store = {}
    optimizer.save_own_variables(store)
    assert sorted(store) == ["0", "1", "2", "3", "4", "5"]
    other = Adam(0.7)
    other.build(variables)
    other.load_own_variables(store)
    for own, theirs in zip(optimizer.variables, other.variables, strict=True):
        np.testing.assert_array_equal(own.numpy(), theirs.numpy())
    del store["5"]
    with pytest.raises(ValueError, match="Received: 5 arrays"):
        other.load_own_variables(store)


def test_an_optimizer_of_ones_own():
    class Signs(keras.Optimizer):
        """Moves by the sign of a running sum of gradients."""

        def build(self, variables):
            if self.built:
                return
            super().build(variables)
            self.sums = [self.add_variable_from_reference(v, name="sum") for v in variables]

        def update_step(self, gradient, variable, learning_rate):
            running = self.sums[self._get_variable_index(variable)]
            self.assign_add(running, gradient)
            self.assign_sub(variable, ops.sign(running) * learning_rate)

    for compiled in (False, True):
        optimizer = Signs(RATE)
        seen, _ = run(optimizer, 2, compiled)
        check(seen, descend(lambda g, *_: [np.sign(x) for x in g], 2))
        assert [v.name for v in optimizer.variables][2:] == ["kernel_sum", "bias_sum"]
    assert optimizers.get(optimizer) is optimizer
