"""What the op page compares: each op as a text of ours, and the framework's own function for the same.

Promises: a text reads its tensors by name and nothing else; ours stands first, then JAX, PyTorch and TensorFlow. Where
a framework has its own order of axes, its text turns them, as those who use it beside channels-last data have to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

Texts = tuple[str, str, str, str]


class Table(NamedTuple):
    """Texts over the same tensors.

    Attributes:
        name: What the ops are.
        names: Names of the tensors.
        tensors: Makes them, from a generator of random numbers, for a size.
        sizes: Sizes by name.
        texts: Ours, JAX', PyTorch's and TensorFlow's.
    """

    name: str
    names: tuple[str, ...]
    tensors: Callable[[np.random.Generator, tuple[int, ...]], list[np.ndarray]]
    sizes: dict[str, tuple[int, ...]]
    texts: tuple[Texts, ...]


def _matrices(rng: np.random.Generator, size: tuple[int, ...]) -> list[np.ndarray]:
    """Return two square matrices in (0.5, 1.5) and as many positions, which Keras has in int32."""
    (side,) = size
    x, y = (rng.uniform(0.5, 1.5, (side, side)).astype("float32") for _ in range(2))
    return [x, y, rng.permutation(side).astype("int32")]


def _images(rng: np.random.Generator, size: tuple[int, ...]) -> list[np.ndarray]:
    """Return images, a 3x3 kernel, queries of 4 heads, and a number for each channel."""
    batch, side, channels = size
    shapes = ((batch, side, side, channels), (3, 3, channels, channels), (batch, 2 * side, 4, channels), (channels,))
    return [rng.uniform(-1.0, 1.0, shape).astype("float32") for shape in shapes]


COMMON = Table(
    "common ops", ("x", "y", "i"), _matrices, {"small": (8,), "large": (512,)},
    (
        ("ops.absolute(x)", "jnp.abs(x)", "torch.abs(x)", "tf.abs(x)"),
        ("ops.add(x, y)", "jnp.add(x, y)", "torch.add(x, y)", "tf.add(x, y)"),
        ("ops.argmax(x, 1)", "jnp.argmax(x, 1)", "torch.argmax(x, 1).to(torch.int32)", "tf.argmax(x, 1, tf.int32)"),
        ("ops.argsort(x)", "jnp.argsort(x)", "torch.argsort(x, stable=True).to(torch.int32)",
         "tf.argsort(x, stable=True)"),
        ("ops.broadcast_to(x[0], x.shape)", "jnp.broadcast_to(x[0], x.shape)", "torch.broadcast_to(x[0], x.shape)",
         "tf.broadcast_to(x[0], x.shape)"),
        ("ops.cast(x, 'int32')", "x.astype('int32')", "x.to(torch.int32)", "tf.cast(x, tf.int32)"),
        ("ops.concatenate([x, y], 1)", "jnp.concatenate([x, y], 1)", "torch.cat([x, y], 1)", "tf.concat([x, y], 1)"),
        ("ops.cos(x)", "jnp.cos(x)", "torch.cos(x)", "tf.cos(x)"),
        ("ops.cumsum(x, 1)", "jnp.cumsum(x, 1)", "torch.cumsum(x, 1)", "tf.cumsum(x, 1)"),
        ("ops.divide(x, y)", "jnp.divide(x, y)", "torch.div(x, y)", "tf.divide(x, y)"),
        ("ops.einsum('ij,kj->ik', x, y)", "jnp.einsum('ij,kj->ik', x, y)", "torch.einsum('ij,kj->ik', x, y)",
         "tf.einsum('ij,kj->ik', x, y)"),
        ("ops.equal(x, y)", "jnp.equal(x, y)", "torch.eq(x, y)", "tf.equal(x, y)"),
        ("ops.exp(x)", "jnp.exp(x)", "torch.exp(x)", "tf.exp(x)"),
        ("ops.expand_dims(x, 1)", "jnp.expand_dims(x, 1)", "torch.unsqueeze(x, 1)", "tf.expand_dims(x, 1)"),
        ("ops.floor(x)", "jnp.floor(x)", "torch.floor(x)", "tf.floor(x)"),
        ("ops.isnan(x)", "jnp.isnan(x)", "torch.isnan(x)", "tf.math.is_nan(x)"),
        ("ops.less(x, y)", "jnp.less(x, y)", "torch.lt(x, y)", "tf.less(x, y)"),
        ("ops.log(x)", "jnp.log(x)", "torch.log(x)", "tf.math.log(x)"),
        ("ops.matmul(x, y)", "jnp.matmul(x, y)", "torch.matmul(x, y)", "tf.matmul(x, y)"),
        ("ops.max(x, 1)", "jnp.max(x, 1)", "torch.amax(x, 1)", "tf.reduce_max(x, 1)"),
        ("ops.maximum(x, y)", "jnp.maximum(x, y)", "torch.maximum(x, y)", "tf.maximum(x, y)"),
        ("ops.mean(x, 1)", "jnp.mean(x, 1)", "torch.mean(x, 1)", "tf.reduce_mean(x, 1)"),
        ("ops.min(x, 1)", "jnp.min(x, 1)", "torch.amin(x, 1)", "tf.reduce_min(x, 1)"),
        ("ops.multiply(x, y)", "jnp.multiply(x, y)", "torch.mul(x, y)", "tf.multiply(x, y)"),
        ("ops.negative(x)", "jnp.negative(x)", "torch.neg(x)", "tf.negative(x)"),
        ("ops.power(x, y)", "jnp.power(x, y)", "torch.pow(x, y)", "tf.pow(x, y)"),
        ("ops.prod(x, 1)", "jnp.prod(x, 1)", "torch.prod(x, 1)", "tf.reduce_prod(x, 1)"),
        ("ops.reshape(x, (-1,))", "jnp.reshape(x, (-1,))", "torch.reshape(x, (-1,))", "tf.reshape(x, (-1,))"),
        ("ops.sin(x)", "jnp.sin(x)", "torch.sin(x)", "tf.sin(x)"),
        ("ops.sort(x)", "jnp.sort(x)", "torch.sort(x)[0]", "tf.sort(x)"),
        ("ops.split(x, 2, 1)", "jnp.split(x, 2, 1)", "torch.tensor_split(x, 2, 1)", "tf.split(x, 2, 1)"),
        ("ops.sqrt(x)", "jnp.sqrt(x)", "torch.sqrt(x)", "tf.sqrt(x)"),
        ("ops.square(x)", "jnp.square(x)", "torch.square(x)", "tf.square(x)"),
        ("ops.stack([x, y])", "jnp.stack([x, y])", "torch.stack([x, y])", "tf.stack([x, y])"),
        ("ops.subtract(x, y)", "jnp.subtract(x, y)", "torch.sub(x, y)", "tf.subtract(x, y)"),
        ("ops.sum(x, 1)", "jnp.sum(x, 1)", "torch.sum(x, 1)", "tf.reduce_sum(x, 1)"),
        ("ops.take(x, i, 0)", "jnp.take(x, i, 0)", "x[i]", "tf.gather(x, i)"),
        ("ops.tanh(x)", "jnp.tanh(x)", "torch.tanh(x)", "tf.tanh(x)"),
        ("ops.transpose(x)", "jnp.transpose(x)", "torch.permute(x, (1, 0))", "tf.transpose(x)"),
        ("ops.where(x > y, x, y)", "jnp.where(x > y, x, y)", "torch.where(x > y, x, y)", "tf.where(x > y, x, y)"),
    )
)  # fmt: skip

NEURAL = Table(
    "neural ops", ("x", "k", "q", "c"), _images, {"small": (1, 8, 4), "large": (8, 64, 32)},
    (
        ("ops.conv(x, k, 1, 'same', 'channels_last')",
         "lax.conv_general_dilated(x, k, (1, 1), 'SAME', dimension_numbers=('NHWC', 'HWIO', 'NHWC'))",
         "F.conv2d(x.permute(0, 3, 1, 2), k.permute(3, 2, 0, 1), padding='same').permute(0, 2, 3, 1)",
         "tf.nn.conv2d(x, k, 1, 'SAME')"),
        ("ops.max_pool(x, 2, 2, 'valid', 'channels_last')",
         "lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), 'VALID')",
         "F.max_pool2d(x.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)",
         "tf.nn.max_pool2d(x, 2, 2, 'VALID')"),
        ("ops.average_pool(x, 2, 2, 'valid', 'channels_last')",
         "lax.reduce_window(x, 0.0, lax.add, (1, 2, 2, 1), (1, 2, 2, 1), 'VALID') / 4",
         "F.avg_pool2d(x.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)",
         "tf.nn.avg_pool2d(x, 2, 2, 'VALID')"),
        ("ops.dot_product_attention(q, q, q)",
         "jax.nn.dot_product_attention(q, q, q)",
         "F.scaled_dot_product_attention(*(x.transpose(1, 2) for x in (q, q, q))).transpose(1, 2)",
         "tf.einsum('bnts,bsnh->btnh', tf.nn.softmax(tf.einsum('btnh,bsnh->bnts', q, q) * q.shape[-1] ** -0.5), q)"),
        ("ops.image.resize(x, (2 * x.shape[1], 2 * x.shape[2]), 'bilinear')",
         "jax.image.resize(x, (x.shape[0], 2 * x.shape[1], 2 * x.shape[2], x.shape[3]), 'bilinear', antialias=False)",
         "F.interpolate(x.permute(0, 3, 1, 2), scale_factor=2, mode='bilinear').permute(0, 2, 3, 1)",
         "tf.image.resize(x, (2 * x.shape[1], 2 * x.shape[2]))"),
        ("ops.softmax(x)", "jax.nn.softmax(x)", "torch.softmax(x, -1)", "tf.nn.softmax(x)"),
        ("ops.gelu(x)", "jax.nn.gelu(x)", "F.gelu(x, approximate='tanh')", "tf.nn.gelu(x, approximate=True)"),
        ("ops.layer_normalization(x, c, c, -1, 0.001)",
         "jax.nn.standardize(x, epsilon=0.001) * c + c",
         "F.layer_norm(x, c.shape, c, c, 0.001)",
         "tf.nn.batch_normalization(x, *tf.nn.moments(x, [-1], keepdims=True), c, c, 0.001)"),
        ("ops.batch_normalization(x, c, c * c, -1, c, c, 0.001)",
         "(x - c) * (lax.rsqrt(c * c + 0.001) * c) + c",
         "F.batch_norm(x.permute(0, 3, 1, 2), c, c * c, c, c, eps=0.001).permute(0, 2, 3, 1)",
         "tf.nn.batch_normalization(x, c, c * c, c, c, 0.001)"),
    ),
)  # fmt: skip
