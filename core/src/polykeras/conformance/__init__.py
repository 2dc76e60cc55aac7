"""The suite that holds a backend to the contract; whoever writes one runs it.

    pytest --pyargs polykeras.conformance --backend NAME --known-failures FILE
    polykeras conformance NAME

It needs ``pip install "polykeras[conformance]"``, that is pytest and SciPy; nothing else in Polykeras imports it.
docs/write-a-backend.md says what it asks. By default a fixed third of the cases of each op runs, ``--full`` runs all.
"""
