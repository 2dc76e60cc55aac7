"""How fast Polykeras is: against hand-written loops, against Keras, and against its own budgets.

Run ``python -m benchmarks`` from the root of the repository; `docs/benchmarks.md` explains the method.
"""
