"""Rules of alignments of labels with frames."""

from __future__ import annotations

from polykeras.backend import dtypes
from polykeras.ops.dims import known, unify
from polykeras.ops.rule_error import RuleError
from polykeras.ops.shape_rules.spec import Spec, show


def ctc_loss(target: Spec, output: Spec, target_length: Spec, output_length: Spec, mask_index: int = 0) -> Spec:
    """Return a number for each sample."""
    specs = {"target": target, "output": output, "target_length": target_length, "output_length": output_length}
    ranks = {"target": 2, "output": 3, "target_length": 1, "output_length": 1}
    batches = [spec.dims[0] for name, spec in specs.items() if len(spec.dims) == ranks[name]]
    sizes = {size for size in batches if known(size)}
    if len(batches) < len(specs) or len(sizes) > 1:
        raise RuleError(
            "cannot tell the samples apart",
            ", ".join(f"{name} {show(spec)}" for name, spec in specs.items()),
            "target (batch, labels), output (batch, frames, classes), both lengths (batch,)",
            "Give a length for each sample.",
        )
    classes = output.dims[2]
    if known(classes) and not 0 <= mask_index < classes:
        raise RuleError(
            "has no such class for the blank", f"mask_index={mask_index}, output {show(output)}",
            f"0 to {classes - 1}", "Correct `mask_index`.",
        )  # fmt: skip
    if any(not dtypes.is_int(spec.dtype) for name, spec in specs.items() if name != "output"):
        raise RuleError(
            "needs whole numbers", ", ".join(f"{name} {spec.dtype}" for name, spec in specs.items()),
            "integers for labels and lengths", "Cast them.",
        )  # fmt: skip
    batch = batches[0]
    for size in batches[1:]:
        batch = unify(batch, size)
    return Spec((batch,), "float64" if output.dtype == "float64" else "float32")


def ctc_decode(
    inputs: Spec, sequence_lengths: Spec, strategy: str = "greedy", beam_width: int = 100, top_paths: int = 1,
    merge_repeated: bool = True, mask_index: int | None = 0,
) -> tuple[Spec, Spec]:  # fmt: skip
    """Return labels and scores."""
    del merge_repeated
    check_decoding(strategy, beam_width, top_paths)
    if len(inputs.dims) != 3 or len(sequence_lengths.dims) != 1:
        raise RuleError(
            "cannot tell the samples apart", f"inputs {show(inputs)}, sequence_lengths {show(sequence_lengths)}",
            "inputs (batch, frames, classes), sequence_lengths (batch,)", "Give a length for each sample.",
        )  # fmt: skip
    batch, frames, classes = inputs.dims
    if known(classes) and mask_index is not None and not 0 <= mask_index < classes:
        raise RuleError(
            "has no such class for the blank", f"mask_index={mask_index}, inputs {show(inputs)}",
            f"0 to {classes - 1}, or None for the last", "Correct `mask_index`.",
        )  # fmt: skip
    batch = unify(batch, sequence_lengths.dims[0])
    paths = 1 if strategy == "greedy" else top_paths
    dtype = "float64" if inputs.dtype == "float64" else "float32"
    return Spec((paths, batch, frames), "int32"), Spec((batch, paths), dtype)


def check_decoding(strategy: str, beam_width: int, top_paths: int) -> None:
    """Refuse a strategy or a width that there is none of."""
    if strategy not in {"greedy", "beam_search"}:
        raise RuleError("knows no such strategy", f"strategy={strategy!r}", "greedy, beam_search", "Use one of them.")
    if beam_width < 1 or top_paths < 1:
        raise RuleError("needs paths", f"beam_width={beam_width}, top_paths={top_paths}", "1 and more", "Correct them.")
