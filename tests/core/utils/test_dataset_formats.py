"""Formats that data adapters make, with an adapter made for the purpose."""

from __future__ import annotations

import numpy as np
import pytest

from polykeras import utils
from polykeras.plugins import DataAdapterPlugin, discovery
from polykeras.plugins.discovery import Registry


class Ledger(DataAdapterPlugin):
    def formats(self):
        return {"ledger": lambda dataset: ("ledger", [batch.tolist() for batch in dataset])}


ledger = Ledger()


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Put two distributions on a path of their own: one that makes a format, and one that is broken."""
    for name, value in (("ledger", f"{__name__}:ledger"), ("torn", "no_such_module:plugin")):
        folder = tmp_path / f"{name}-1.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        (folder / "entry_points.txt").write_text(f"[polykeras.data_adapters]\n{name} = {value}\n")
    monkeypatch.setattr(discovery, "REGISTRY", Registry([str(tmp_path)], {}))


def test_an_adapter_makes_the_format_that_is_asked_for(installed):
    made = utils.timeseries_dataset_from_array(np.arange(4), None, 3, format="ledger")
    assert made == ("ledger", [[[0, 1, 2], [1, 2, 3]]])
    left, right = utils.split_dataset(np.arange(4), 1, preferred_backend="ledger")
    assert (left, right) == (("ledger", [0]), ("ledger", [1, 2, 3]))


def test_a_format_that_nobody_makes(installed):
    with pytest.raises(ValueError, match="Did you mean 'ledger'") as told:
        utils.timeseries_dataset_from_array(np.arange(4), None, 3, format="leger")
    assert "ledger (torn cannot be loaded)" in str(told.value)
