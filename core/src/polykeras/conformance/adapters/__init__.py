"""The suite that holds a data adapter to the contract, on sources that its author names.

    pytest --pyargs polykeras.conformance.adapters --adapter DISTRIBUTION --cases FILE

`FILE` is a Python file with ``CASES``, a list of `AdapterCase`, and if there are any ``FOREIGN``, requests of types that
the adapter is registered for and must leave to others. It needs ``pip install "polykeras[conformance]"``, and no backend.
"""

from polykeras.conformance.adapters.adapter_case import AdapterCase

__all__ = ["AdapterCase"]
