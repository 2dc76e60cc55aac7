"""Loaders: what is refused, and what an error says."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset

from polykeras.data.choice import adapter_for
from polykeras.plugins import DataRequest


class Fails(Dataset[Any]):
    """Ten samples, of which one fails."""

    def __len__(self) -> int:
        return 10

    def __getitem__(self, index: int) -> Any:
        if index == 7:
            raise RuntimeError("no more of this")
        return torch.ones(2), torch.ones(1)


@pytest.mark.parametrize("workers", [0, 2])
def test_an_error_says_which_batch_it_was(workers: int) -> None:
    adapter = adapter_for(DataRequest(DataLoader(Fails(), batch_size=2, num_workers=workers)))
    seen = []
    with pytest.raises(RuntimeError, match="no more of this") as caught:
        seen.extend(adapter.epoch(None))
    assert len(seen) == 3
    assert caught.value.__notes__ == ["This was batch 3 of a DataLoader."]


def test_batches_are_those_of_the_loader() -> None:
    given = [(torch.ones(2, 3), torch.zeros(2))]
    (batch,) = adapter_for(DataRequest(DataLoader(given, batch_size=None))).epoch(None)
    assert batch[0] is given[0][0]
    assert batch[1] is given[0][1]


@pytest.mark.parametrize("options", [{}, {"shuffle": True}, {"drop_last": True}, {"sampler": [4, 0, 4, 1]}])
def test_rows_of_tensors_come_as_the_loader_gives_them(options: dict[str, Any]) -> None:
    x, y = torch.arange(14.0).reshape(7, 2), torch.arange(7)
    found = []
    for wrap in (lambda loader: loader, lambda loader: adapter_for(DataRequest(loader)).epoch(None)):
        torch.manual_seed(3)
        loader = DataLoader(TensorDataset(x, y), batch_size=3, **options)
        found.append([batch for _ in range(2) for batch in wrap(loader)])
        found.append([torch.rand(2)])  # what is drawn afterwards
    theirs, after, ours, drawn = found
    assert torch.equal(after[0], drawn[0])
    for one, other in zip(ours, theirs, strict=True):
        assert all(torch.equal(own, theirs_) for own, theirs_ in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("request_", "received"),
    [
        (DataRequest(TensorDataset(torch.ones(3))), "x of type torch.utils.data.dataset.TensorDataset"),
        (DataRequest(DataLoader(Fails()), y=torch.ones(10)), "y beside it"),
        (DataRequest(DataLoader(Fails()), sample_weight=torch.ones(10)), "sample_weight beside it"),
    ],
)
def test_what_is_refused(request_: DataRequest, received: str) -> None:
    with pytest.raises(ValueError, match=f"Received: {received}") as caught:
        adapter_for(request_)
    assert len(str(caught.value).splitlines()) == 4
