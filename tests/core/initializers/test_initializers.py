"""Initializers: identifiers, configs, values, fans, and the bits of one seed."""

from __future__ import annotations

import hashlib
import json
import math

import numpy as np
import pytest

from polykeras import initializers
from polykeras.backend import config
from polykeras.initializers.variance_scaling import compute_fans
from polykeras.random.global_seed import set_random_seed

# Class to every name that means it; the names are Keras' own.
NAMES = {
    "Constant": ["Constant", "constant"],
    "GlorotNormal": ["GlorotNormal", "glorot_normal"],
    "GlorotUniform": ["GlorotUniform", "glorot_uniform"],
    "HeNormal": ["HeNormal", "he_normal"],
    "HeUniform": ["HeUniform", "he_uniform"],
    "Identity": ["Identity", "IdentityInitializer", "identity"],
    "Initializer": ["Initializer", "initializer"],
    "LecunNormal": ["LecunNormal", "lecun_normal"],
    "LecunUniform": ["LecunUniform", "lecun_uniform"],
    "Ones": ["Ones", "one", "ones"],
    "Orthogonal": ["Orthogonal", "OrthogonalInitializer", "orthogonal"],
    "RandomNormal": ["RandomNormal", "normal", "random_normal"],
    "RandomUniform": ["RandomUniform", "random_uniform", "uniform"],
    "STFT": ["STFT", "STFTInitializer", "stft"],
    "TruncatedNormal": ["TruncatedNormal", "truncated_normal"],
    "VarianceScaling": ["VarianceScaling", "variance_scaling"],
    "Zeros": ["Zeros", "zero", "zeros"],
}
PAIRS = [(name, owner) for owner, names in NAMES.items() for name in names]

# Every class with arguments that differ from the defaults.
MADE = [
    initializers.Zeros(),
    initializers.Ones(),
    initializers.Constant(2.5),
    initializers.Constant(np.arange(4, dtype="int32")),
    initializers.Constant([1.0, 2.0, 3.0, 4.0]),
    initializers.Identity(2.0),
    initializers.RandomNormal(1.0, 2.0, seed=3),
    initializers.TruncatedNormal(1.0, 2.0, seed=3),
    initializers.RandomUniform(1.0, 2.0, seed=3),
    initializers.VarianceScaling(2.0, "fan_out", "untruncated_normal", 3),
    initializers.VarianceScaling(2.0, "fan_avg", "uniform", 3, (0,), (1,)),
    initializers.GlorotUniform(3),
    initializers.GlorotNormal(3),
    initializers.HeUniform(3, (0,), (1,)),
    initializers.HeNormal(3),
    initializers.LecunUniform(3),
    initializers.LecunNormal(3),
    initializers.Orthogonal(2.0, 3),
]
RANDOM = ["RandomNormal", "TruncatedNormal", "RandomUniform", "GlorotUniform", "HeNormal", "Orthogonal"]


@pytest.mark.parametrize(("name", "owner"), PAIRS)
def test_names(name, owner):
    assert type(initializers.get(name)) is getattr(initializers, owner)


def test_these_are_all_the_names():
    assert sorted(initializers.FAMILY.table) == sorted(name for name, _ in PAIRS)


@pytest.mark.parametrize("made", MADE, ids=lambda made: type(made).__name__)
def test_a_config_goes_round_through_json(made):
    config = json.loads(json.dumps(initializers.serialize(made)))
    assert config["module"] == "keras.initializers"
    back = initializers.deserialize(config)
    assert type(back) is type(made)
    np.testing.assert_array_equal(back((4, 4), "float64"), made((4, 4), "float64"))
    np.testing.assert_array_equal(made.clone()((4, 4), "float64"), made((4, 4), "float64"))


def test_a_config_as_keras_writes_it():
    assert initializers.serialize(initializers.GlorotUniform()) == {
        "module": "keras.initializers",
        "class_name": "GlorotUniform",
        "config": {"seed": None, "input_axes": None, "output_axes": None},
        "registered_name": None,
    }


# SHA-256 of the little-endian bytes of shape (3, 3, 4, 8), float32, seed 1337: never to change again.
RECORDED = [
    ("RandomNormal", "ae5b87fd88c72cd1daba76774efce449"),
    ("TruncatedNormal", "efc9c4841d87991b83e82438524c2d9f"),
    ("RandomUniform", "bc40241e24bd07127d6fd042ac591b91"),
    ("GlorotUniform", "a026d4900826662399571568d6417eb0"),
    ("GlorotNormal", "e06ca443a60152b13a645c3af13c3580"),
    ("HeUniform", "44c7eadfb2dfad3273e1a82ad53fb9a6"),
    ("HeNormal", "78fd1aca907722f2564ae443312ef55f"),
    ("LecunUniform", "7fed37ef912e4de80aac89fbad30a791"),
    ("LecunNormal", "cd0d0165948d5cde82ba3eb283d878d7"),
]


@pytest.mark.parametrize(("name", "recorded"), RECORDED)
def test_recorded_bits(name, recorded):
    values = getattr(initializers, name)(seed=1337)((3, 3, 4, 8), "float32")
    assert hashlib.sha256(values.astype("<f4").tobytes()).hexdigest()[:32] == recorded


@pytest.mark.parametrize("name", RANDOM)
def test_seeds(name):
    make = getattr(initializers, name)
    fixed = make(seed=5)
    values = fixed((4, 6))
    np.testing.assert_array_equal(fixed((4, 6)), values)
    np.testing.assert_array_equal(make(seed=np.int64(5))((4, 6)), values)
    assert not np.array_equal(make(seed=6)((4, 6)), values)
    free = make()
    np.testing.assert_array_equal(free((4, 6)), free((4, 6)))
    assert free.get_config()["seed"] is None
    assert not np.array_equal(free.clone()((4, 6)), free((4, 6)))


def test_the_process_wide_seed_decides_the_rest():
    def first_weights():
        set_random_seed(11)
        return [initializers.get("he_normal")((2, 2)) for _ in range(3)]

    one, two = first_weights(), first_weights()
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one[0], one[1])


@pytest.mark.parametrize(
    ("shape", "axes", "fans"),
    [
        ((), (None, None), (1, 1)),
        ((5,), (None, None), (5, 5)),
        ((3, 4), (None, None), (3, 4)),
        ((3, 3, 4, 5), (None, None), (36, 45)),
        ((2, 3, 4), (None, None), (6, 8)),
        ((2, 3, 4), ((0,), None), (6, 8)),
        ((2, 3, 4), ((0,), (1, 2)), (2, 12)),
        ((3, 3, 4, 5), ((0, 1), (2,)), (9, 4)),
        ((3, 3, 4, 5), ([-2], [-1]), (4, 5)),
        ((2, 3), ((), ()), (1, 1)),
    ],
)
def test_fans(shape, axes, fans):
    assert compute_fans(shape, *axes) == fans


# Variance of each rule on a (40, 60) kernel; the bound of the uniform ones is the root of three times it.
VARIANCES = [
    ("GlorotUniform", 2 / 100, math.sqrt(6 / 100)),
    ("GlorotNormal", 2 / 100, None),
    ("HeUniform", 2 / 40, math.sqrt(6 / 40)),
    ("HeNormal", 2 / 40, None),
    ("LecunUniform", 1 / 40, math.sqrt(3 / 40)),
    ("LecunNormal", 1 / 40, None),
]


@pytest.mark.parametrize(("name", "variance", "bound"), VARIANCES)
def test_variances(name, variance, bound):
    values = getattr(initializers, name)(seed=1)((40, 60), "float64")
    # 2400 draws: three standard errors of the variance of a normal are 9%.
    assert values.var() == pytest.approx(variance, rel=0.09)
    limit = bound or 2 * math.sqrt(variance) / 0.87962566103423978
    assert 0.97 * limit < np.abs(values).max() <= limit


@pytest.mark.parametrize("distribution", ["truncated_normal", "untruncated_normal", "uniform", "normal"])
@pytest.mark.parametrize(("mode", "fan"), [("fan_in", 40), ("fan_out", 60), ("fan_avg", 50)])
def test_variance_scaling(distribution, mode, fan):
    values = initializers.VarianceScaling(3.0, mode, distribution, seed=2)((40, 60), "float64")
    assert values.var() == pytest.approx(3.0 / fan, rel=0.09)


@pytest.mark.parametrize("shape", [(4, 4), (6, 3), (3, 6), (3, 2, 5), (2, 2, 9)])
def test_orthogonal(shape):
    matrix = initializers.Orthogonal(2.0, seed=4)(shape, "float64").reshape(-1, shape[-1])
    rows, columns = matrix.shape
    gram = matrix.T @ matrix if rows >= columns else matrix @ matrix.T
    np.testing.assert_allclose(gram, 4.0 * np.eye(len(gram)), atol=1e-12)


def test_orthogonal_matrices_of_both_determinants_occur():
    signs = {round(float(np.linalg.det(initializers.Orthogonal(seed=seed)((3, 3), "float64")))) for seed in range(20)}
    assert signs == {-1, 1}


@pytest.mark.parametrize(
    ("made", "values"),
    [
        (initializers.Zeros(), [[0, 0, 0], [0, 0, 0]]),
        (initializers.Ones(), [[1, 1, 1], [1, 1, 1]]),
        (initializers.Constant(7), [[7, 7, 7], [7, 7, 7]]),
        (initializers.Constant([1, 2, 3]), [[1, 2, 3], [1, 2, 3]]),
        (initializers.Identity(2), [[2, 0, 0], [0, 2, 0]]),
    ],
)
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int32", "uint8"])
def test_known_values(made, values, dtype):
    got = made((2, 3), dtype)
    assert got.dtype == dtype
    assert got.flags.writeable
    np.testing.assert_array_equal(got, np.array(values, dtype))


# Values of the transform that the kernel computes, frame 4 and 3 bins, derived by hand from the formula.
R = math.sqrt(0.5)
STFTS = [
    ({"window": None}, [[1, 1, 1], [1, 0, -1], [1, -1, 1], [1, 0, -1]]),
    ({"window": None, "side": "imag"}, [[0, 0, 0], [0, -1, 0], [0, 0, 0], [0, 1, 0]]),
    ({}, [[0, 0, 0], [R, 0, -R], [R, -R, R], [0, 0, 0]]),
    ({"scaling": "spectrum", "periodic": True}, [[0, 0, 0], [0.25, 0, -0.25], [0.5, -0.5, 0.5], [0.25, 0, -0.25]]),
    ({"scaling": None, "periodic": True}, [[0, 0, 0], [0.5, 0, -0.5], [1, -1, 1], [0.5, 0, -0.5]]),
    ({"scaling": None, "window": [1, 2, 3, 4]}, [[1, 1, 1], [2, 0, -2], [3, -3, 3], [4, 0, -4]]),
]


@pytest.mark.parametrize(("arguments", "values"), STFTS)
def test_stft(arguments, values):
    made = initializers.STFT(**arguments)
    got = made((4, 1, 3), "float64")
    np.testing.assert_allclose(got[:, 0, :], values, atol=1e-15)
    back = initializers.deserialize(json.loads(json.dumps(initializers.serialize(made))))
    np.testing.assert_array_equal(back((4, 1, 3), "float64"), got)


def test_dtypes():
    assert initializers.get("zeros")((1,)).dtype == config.floatx()
    for name in ("bfloat16", "float8_e4m3fn"):
        assert initializers.get("glorot_uniform")((1, 1), name).dtype == "float32"


REFUSED = [
    (lambda: initializers.get("glorot_unifrm"), "Did you mean"),
    (lambda: initializers.get(3), "This is no initializer"),
    (lambda: initializers.GlorotUniform(seed="a"), "no seed: 'a'"),
    (lambda: initializers.GlorotUniform(seed=-1), "no seed: -1"),
    (lambda: initializers.VarianceScaling(scale=0), "numbers above 0"),
    (lambda: initializers.VarianceScaling(mode="fan"), "fan_in, fan_out, fan_avg"),
    (lambda: initializers.VarianceScaling(distribution="gauss"), "truncated_normal, untruncated_normal, uniform"),
    (lambda: initializers.HeNormal(input_axes=(2,), output_axes=(0,))((2, 3)), "no axis 2 in rank 2"),
    (lambda: initializers.HeNormal()((2, 3), "int32"), "floating-point dtypes"),
    (lambda: initializers.Zeros()((2, 3), "string"), "dtype 'string'"),
    (lambda: initializers.Identity()((2, 3, 4)), "rank 3"),
    (lambda: initializers.Orthogonal()((3,)), "rank 1"),
    (lambda: initializers.Constant([1, 2])((3,)), "does not broadcast|cannot fill"),
    (lambda: initializers.STFT(side="left"), "real, imag"),
    (lambda: initializers.STFT(window="han")((4, 1, 3)), "Did you mean"),
    (lambda: initializers.STFT(window=[1.0])((4, 1, 3)), r"Allowed: \(4,\)"),
    (lambda: initializers.STFT()((4, 3)), "rank 2"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_base_class_has_no_values():
    with pytest.raises(NotImplementedError, match="Define it"):
        initializers.Initializer()((2,))
