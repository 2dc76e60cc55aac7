"""A generative adversarial network: two models, two optimizers, one training step for every backend.

    POLYKERAS_BACKEND=torch python examples/gan.py

Goodfellow et al., "Generative adversarial nets", 2014.
"""

from __future__ import annotations

from typing import Any

import digits

import polykeras as keras
from polykeras import ops

LATENT = 32


class GAN(keras.Model):
    """A generator that learns to draw digits, and a discriminator that learns to tell them from real ones."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = keras.Sequential(
            [
                keras.layers.Input((LATENT,)),
                keras.layers.Dense(128),
                keras.layers.LeakyReLU(0.2),
                keras.layers.BatchNormalization(),
                keras.layers.Dense(196, activation="sigmoid"),
            ]
        )
        self.discriminator = keras.Sequential(
            [
                keras.layers.Input((196,)),
                keras.layers.Dense(128),
                keras.layers.LeakyReLU(0.2),
                keras.layers.Dense(1),
            ]
        )
        self.d_loss = keras.metrics.Mean(name="d_loss")
        self.g_loss = keras.metrics.Mean(name="g_loss")

    def compile(self, d_optimizer: Any, g_optimizer: Any, loss: Any) -> None:
        """Say how the two are trained."""
        super().compile()
        self.d_optimizer, self.g_optimizer, self.loss_of = d_optimizer, g_optimizer, loss

    def call(self, noise: Any, training: bool = False) -> Any:
        """Return images drawn from noise."""
        return self.generator(noise, training=training)

    @property
    def metrics(self) -> list[Any]:
        """Return the two losses."""
        return [self.d_loss, self.g_loss]

    def train_step(self, data: dict[str, Any]) -> dict[str, Any]:
        """Train the discriminator on real and drawn images, then the generator on what the other says."""
        real, noise = data["images"], data["noise"]
        ones = ops.ones((ops.shape(real)[0], 1))
        drawn = self.generator(noise, training=True)

        def discriminate() -> Any:
            said = self.discriminator(ops.concatenate([drawn, real]), training=True)
            return self.loss_of(ops.concatenate([ops.zeros_like(ones), ones]), said)

        def generate() -> Any:
            return self.loss_of(ones, self.discriminator(self.generator(noise, training=True)))

        for loss, model, optimizer, metric in (
            (discriminate, self.discriminator, self.d_optimizer, self.d_loss),
            (generate, self.generator, self.g_optimizer, self.g_loss),
        ):
            value, gradients = keras.value_and_grad(loss, model.trainable_variables)()
            optimizer.apply(gradients, model.trainable_variables)
            metric.update_state(value)
        return {metric.name: metric.result() for metric in self.metrics}


def train(samples: int = 6000, epochs: int = 20, batch_size: int = 64, **options: Any) -> tuple[GAN, Any]:
    """Train on `samples` digits and return the model and the history; `options` are those of `fit`."""
    model = GAN()
    model.compile(
        keras.optimizers.Adam(3e-4, beta_1=0.5),
        keras.optimizers.Adam(3e-4, beta_1=0.5),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    data = {"images": digits.images(samples), "noise": digits.noise(samples, LATENT, seed=0)}
    return model, model.fit(data, batch_size=batch_size, epochs=epochs, **options)


if __name__ == "__main__":
    keras.utils.set_random_seed(0)
    train(verbose=2)
