"""Ledgers and tapes as data sources of polykeras."""

from __future__ import annotations

from polykeras.plugins import DataAdapter, DataAdapterPlugin, DataRequest


class LedgerPlugin(DataAdapterPlugin):
    """Answers for `Ledger` and `Tape`."""

    def adapt(self, request: DataRequest) -> DataAdapter | None:
        """Return an adapter when `x` is one of these."""
        from keras_data_ledger.adapter import claim

        return claim(request)


plugin = LedgerPlugin()
