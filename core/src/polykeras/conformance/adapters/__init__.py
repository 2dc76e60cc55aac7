"""The suite that holds a data adapter to the contract, on sources that its author names.

    pytest --pyargs polykeras.conformance.adapters --adapter DISTRIBUTION --cases FILE

`FILE` is a Python file with ``CASES``, a list of `AdapterCase`, and if there are any ``FOREIGN``, requests that the
adapter must leave to others though it is registered for their types. It needs ``pip install "polykeras[conformance]"``,
and no backend; docs/write-a-data-adapter.md says what it asks.
"""

from polykeras.conformance.adapters.adapter_case import AdapterCase

__all__ = ["AdapterCase"]
