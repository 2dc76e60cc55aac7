"""A variational autoencoder, whose second loss a layer adds by `add_loss`.

    POLYKERAS_BACKEND=torch python examples/vae.py

Kingma and Welling, "Auto-encoding variational Bayes", 2014.
"""

from __future__ import annotations

from typing import Any

import digits

import polykeras as keras
from polykeras import ops

LATENT = 8


class Sampling(keras.layers.Layer):
    """Draws from the distribution that the encoder gives, and adds its distance from the standard normal one.

    The distance is the Kullback-Leibler divergence of N(mean, exp(log_variance)) from N(0, 1), a sum over the latent
    axis and a mean over the batch (appendix B of the paper).
    """

    def call(self, mean: Any, log_variance: Any, noise: Any) -> Any:
        """Return ``mean + noise * standard deviation``."""
        divergence = -0.5 * ops.sum(1 + log_variance - ops.square(mean) - ops.exp(log_variance), axis=1)
        self.add_loss(ops.mean(divergence) / 196)
        return mean + noise * ops.exp(log_variance / 2)


class VAE(keras.Model):
    """Encoder, draw, decoder; called on a dict of `images` and `noise`."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = keras.layers.Dense(128, activation="relu")
        self.mean = keras.layers.Dense(LATENT)
        self.log_variance = keras.layers.Dense(LATENT)
        self.sampling = Sampling()
        self.decoder = keras.Sequential(
            [keras.layers.Dense(128, activation="relu"), keras.layers.Dense(196, activation="sigmoid")]
        )

    def call(self, inputs: dict[str, Any]) -> Any:
        """Return the images as the decoder draws them."""
        hidden = self.encoder(inputs["images"])
        return self.decoder(self.sampling(self.mean(hidden), self.log_variance(hidden), inputs["noise"]))


def train(samples: int = 6000, epochs: int = 20, batch_size: int = 64, **options: Any) -> tuple[VAE, Any]:
    """Train on `samples` digits and return the model and the history; `options` are those of `fit`."""
    model = VAE()
    model.compile(keras.optimizers.Adam(1e-3), "binary_crossentropy")
    images = digits.images(samples)
    data = {"images": images, "noise": digits.noise(samples, LATENT, seed=0)}
    return model, model.fit(data, images, batch_size=batch_size, epochs=epochs, **options)


if __name__ == "__main__":
    keras.utils.set_random_seed(0)
    train(verbose=2)
