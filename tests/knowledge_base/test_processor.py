"""OpenBLAS is told what the processor can do, and only where that is sure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge_base.processor import core_of, settle

_NEW = "avx avx2 fma avx512f avx512dq avx512bw avx512vl avx512cd amx_tile"


def _cpuinfo(vendor: str, flags: str) -> str:
    return f"processor\t: 0\nvendor_id\t: {vendor}\nmodel name\t: A processor\nflags\t\t: fpu {flags}\nbugs\t\t:\n\n"


@pytest.mark.parametrize(
    ("vendor", "flags", "core"),
    [
        ("GenuineIntel", _NEW, "SKYLAKEX"),
        ("GenuineIntel", "avx avx2 fma avx512f", "HASWELL"),
        ("GenuineIntel", "sse4_2", None),
        ("AuthenticAMD", _NEW, "ZEN"),
        ("HygonGenuine", _NEW, None),
    ],
)
def test_kernels_are_those_the_processor_can_run(vendor: str, flags: str, core: str | None):
    """A processor is never given what it cannot run, and one of an unknown make is left alone."""
    assert core_of(_cpuinfo(vendor, flags) * 2) == core


def test_a_machine_that_says_nothing_is_left_alone():
    """ARM processors have other fields."""
    assert core_of("processor\t: 0\nFeatures\t: fp asimd\n") is None


def test_what_the_operator_chose_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """OPENBLAS_CORETYPE may be set from outside; without /proc/cpuinfo nothing is."""
    monkeypatch.setenv("OPENBLAS_CORETYPE", "HASWELL")
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(_cpuinfo("GenuineIntel", _NEW), encoding="utf-8")
    settle(cpuinfo)
    assert os.environ["OPENBLAS_CORETYPE"] == "HASWELL"
    monkeypatch.delenv("OPENBLAS_CORETYPE")
    settle(tmp_path / "nothing")
    assert "OPENBLAS_CORETYPE" not in os.environ


_WATCHED = """
import sys

class Watch:
    def find_spec(self, name, path=None, target=None):
        assert name != "numpy" or "knowledge_base.processor" in sys.modules, "NumPy was loaded first"

sys.meta_path.insert(0, Watch())
import {module}
import numpy
"""


@pytest.mark.parametrize("module", ["bot.classifier", "bot.training", "firstline.server", "knowledge_base.search"])
def test_it_is_settled_before_numpy_is_loaded(module: str):
    """Afterwards would be too late."""
    subprocess.run([sys.executable, "-c", _WATCHED.format(module=module)], check=True)
