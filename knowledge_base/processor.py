"""Tells OpenBLAS what the processor can do, where it would not know.

The OpenBLAS inside of NumPy 1.23 takes a processor that is newer than itself for one of 2004: matrix products then take
five times as long (measured on an Intel Xeon of 2023: 40 instead of 200 GFLOPS on two cores).
"""

import os
from collections.abc import Mapping
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")  # Linux; elsewhere OpenBLAS is left to itself
_CORES: Mapping[str, tuple[tuple[frozenset[str], str], ...]] = {  # of each vendor, the best first
    "GenuineIntel": (
        (frozenset(("avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd")), "SKYLAKEX"),
        (frozenset(("avx2", "fma")), "HASWELL"),
    ),
    "AuthenticAMD": ((frozenset(("avx2", "fma")), "ZEN"),),
}


def settle(cpuinfo: Path = _CPUINFO) -> None:
    """Choose the kernels for this process and its children; to be called before NumPy is loaded.

    What is set already in OPENBLAS_CORETYPE stays.
    """
    if cpuinfo.is_file() and (core := core_of(cpuinfo.read_text(encoding="utf-8", errors="replace"))):
        os.environ.setdefault("OPENBLAS_CORETYPE", core)


def core_of(cpuinfo: str) -> str | None:
    """Give OpenBLAS's name for kernels that the processor of /proc/cpuinfo can run, None to leave it alone."""
    lines = (line.partition(":") for line in cpuinfo.splitlines())
    fields = {name.strip(): value.strip() for name, _, value in lines}
    can = set(fields.get("flags", "").split())
    kernels = _CORES.get(fields.get("vendor_id", ""), ())
    return next((core for needed, core in kernels if needed <= can), None)
