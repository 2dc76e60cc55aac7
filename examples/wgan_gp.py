"""A Wasserstein GAN with gradient penalty: a gradient by the inputs inside of a loss.

    POLYKERAS_BACKEND=torch python examples/wgan_gp.py

Gulrajani et al., "Improved training of Wasserstein GANs", 2017.
"""

from __future__ import annotations

from typing import Any

import digits

import polykeras as keras
from polykeras import ops

LATENT = 32
PENALTY = 10.0
CRITIC_STEPS = 3


class WGAN(keras.Model):
    """A generator, and a critic whose scores change by at most 1 per unit of its inputs."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = keras.Sequential(
            [
                keras.layers.Input((LATENT,)),
                keras.layers.Dense(128, activation="relu"),
                keras.layers.Dense(196, activation="sigmoid"),
            ]
        )
        self.critic = keras.Sequential(
            [keras.layers.Input((196,)), keras.layers.Dense(128, activation="tanh"), keras.layers.Dense(1)]
        )

    def compile(self, critic_optimizer: Any, generator_optimizer: Any) -> None:
        """Say how the two are trained."""
        super().compile()
        self.critic_optimizer, self.generator_optimizer = critic_optimizer, generator_optimizer

    def call(self, noise: Any) -> Any:
        """Return images drawn from noise."""
        return self.generator(noise)

    def penalty(self, real: Any, drawn: Any, share: Any) -> Any:
        """Return the mean of ``(|slope| - 1)**2`` at points between real and drawn images, equation 3 of the paper."""
        between = share * real + (1 - share) * drawn
        slope = keras.grad(lambda images: ops.sum(self.critic(images)))(between)
        return ops.mean(ops.square(ops.sqrt(ops.sum(ops.square(slope), axis=1) + 1e-12) - 1))

    def train_step(self, data: dict[str, Any]) -> dict[str, Any]:
        """Train the critic a few times, then the generator once."""
        real, noise, share = data["images"], data["noise"], data["share"]
        drawn = ops.stop_gradient(self.generator(noise))

        def criticise() -> Any:
            distance = ops.mean(self.critic(drawn)) - ops.mean(self.critic(real))
            return distance + PENALTY * self.penalty(real, drawn, share)

        def generate() -> Any:
            return -ops.mean(self.critic(self.generator(noise)))

        for _ in range(CRITIC_STEPS):
            critic_loss, gradients = keras.value_and_grad(criticise, self.critic.trainable_variables)()
            self.critic_optimizer.apply(gradients, self.critic.trainable_variables)
        generator_loss, gradients = keras.value_and_grad(generate, self.generator.trainable_variables)()
        self.generator_optimizer.apply(gradients, self.generator.trainable_variables)
        return {"critic_loss": critic_loss, "generator_loss": generator_loss}


def train(samples: int = 6000, epochs: int = 20, batch_size: int = 64, **options: Any) -> tuple[WGAN, Any]:
    """Train on `samples` digits and return the model and the history; `options` are those of `fit`."""
    model = WGAN()
    model.compile(
        keras.optimizers.Adam(2e-4, beta_1=0.5, beta_2=0.9), keras.optimizers.Adam(2e-4, beta_1=0.5, beta_2=0.9)
    )
    data = {
        "images": digits.images(samples),
        "noise": digits.noise(samples, LATENT, seed=0),
        "share": digits.uniform(samples, seed=1),
    }
    return model, model.fit(data, batch_size=batch_size, epochs=epochs, **options)


if __name__ == "__main__":
    keras.utils.set_random_seed(0)
    train(verbose=2)
