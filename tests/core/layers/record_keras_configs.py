"""Record what Keras writes about layers, into keras_configs.json beside this file.

Run it where Keras is installed: ``python tests/core/layers/record_keras_configs.py``. Keras is called, never read.
"""

from __future__ import annotations

import json
from pathlib import Path

import keras

L = keras.layers
LAYERS = [
    L.Activation("relu"),
    L.Add(),
    L.Average(),
    L.AveragePooling1D(2),
    L.AveragePooling2D(3, strides=2, padding="same"),
    L.AveragePooling3D((1, 2, 3), data_format="channels_first"),
    L.BatchNormalization(axis=1, momentum=0.9),
    L.Concatenate(axis=1),
    L.Conv1D(2, 3, padding="causal", dilation_rate=2),
    L.Conv2D(4, (3, 2), strides=2, groups=2, activation="relu", kernel_regularizer="l2"),
    L.Conv3D(2, 3, kernel_initializer="he_normal", bias_constraint="non_neg"),
    L.Dense(3, activation="gelu", use_bias=False, kernel_initializer=keras.initializers.RandomNormal(0.0, 0.5, seed=1)),
    L.Dropout(0.25, noise_shape=(None, 1), seed=3),
    L.ELU(0.5),
    L.Embedding(7, 3, mask_zero=True),
    L.Flatten(data_format="channels_first"),
    L.GlobalAveragePooling1D(),
    L.GlobalAveragePooling2D(keepdims=True),
    L.GlobalAveragePooling3D(),
    L.GlobalMaxPooling1D(),
    L.GlobalMaxPooling2D(),
    L.GlobalMaxPooling3D(),
    L.Identity(),
    L.InputLayer((28, 28, 1)),
    L.LayerNormalization(axis=[1, 2], epsilon=1e-6),
    L.LeakyReLU(0.2),
    L.MaxPooling1D(),
    L.MaxPooling2D((2, 3)),
    L.MaxPooling3D(2, padding="same"),
    L.Maximum(),
    L.Minimum(),
    L.Multiply(),
    L.ReLU(6.0, 0.1, 0.5),
    L.Rescaling(0.5, offset=1.0),
    L.Reshape((-1, 2)),
    L.Softmax(axis=1),
    L.Subtract(),
]
TARGET = Path(__file__).with_name("keras_configs.json")
TARGET.write_text(
    json.dumps({type(layer).__name__: L.serialize(layer) for layer in LAYERS}, indent=1) + "\n", encoding="utf-8"
)
