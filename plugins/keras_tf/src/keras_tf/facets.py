"""The attributes by which TensorFlow's tapes and functions know a variable: they read through to the `tf.Variable`.

No subclass is needed: `tf.GradientTape` asks for these, and for `__tf_tensor__`.
"""

from __future__ import annotations

from polykeras.plugins import Facets

FACETS = Facets(
    variable={
        "_should_act_as_resource_variable": lambda _: True,
        "_unique_id": lambda variable: variable.store_handle._unique_id,
        "handle": lambda variable: variable.store_handle.handle,
    }
)
