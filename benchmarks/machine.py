"""The machine and the versions that a result belongs to, and the threads that contestants share."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

DISTRIBUTIONS = ("polykeras", "keras", "jax", "torch", "tensorflow", "numpy")


def cpu_model() -> str:
    """Return the processor's name."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def cores() -> int:
    """Return the number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def version(distribution: str) -> str:
    """Return the installed version of `distribution`, or ``"absent"``."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "absent"


def describe() -> dict[str, str]:
    """Return what a result must be read with: processor, cores, load, versions."""
    facts = {
        "cpu": cpu_model(),
        "cores": str(cores()),
        "load": f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "unknown",
        "python": platform.python_version(),
    }
    return facts | {name: version(name) for name in DISTRIBUTIONS}


def environment(backend: str) -> dict[str, str]:
    """Return the environment of the process that measures `backend`: one choice for all contestants."""
    threads = str(cores())
    chosen = {
        "KERAS_BACKEND": backend,
        "POLYKERAS_BACKEND": backend,
        "OMP_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
        "JAX_PLATFORMS": "cpu",
        "CUDA_VISIBLE_DEVICES": "",
    }
    return dict(os.environ) | chosen
