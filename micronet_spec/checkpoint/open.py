"""Opens a checkpoint of any format, told by its content and never by its name."""

from pathlib import Path

from micronet_spec.checkpoint import archive, npz, safetensors, torch_legacy, torch_zip
from micronet_spec.checkpoint.budget import Budget
from micronet_spec.checkpoint.collect import Collector
from micronet_spec.checkpoint.files import mapped
from micronet_spec.checkpoint.onnx import Reader
from micronet_spec.checkpoint.onnx_external import External
from micronet_spec.checkpoint.refusal import unsupported
from micronet_spec.checkpoint.tensor import Checkpoint

_ONNX_VERSION = 0x08
"""The tag of the first field of a model, which says its version."""
_KNOWN = (
    (0, b"\x1f\x8b", "a gzip file"),
    (0, b"BZh", "a bzip2 file"),
    (0, b"7z\xbc\xaf", "a 7z file"),
    (0, b"\x89HDF", "an HDF5 file of Keras"),
    (0, b"GGUF", "a GGUF file"),
    (0, b"\x93NUMPY", "a single array of numpy; put it into an npz"),
    (4, b"TFL3", "a TensorFlow Lite file"),
    (257, b"ustar", "a tar file, as torch wrote before 2017; save it with a newer torch"),
    (0, b"<", "a page of the web, or XML"),
)


def open_checkpoint(path: Path, budget: Budget, external: Path | None = None) -> Checkpoint:
    """Return the tensors of the file at `path`; raise `RefusedError`, or `OSError`.

    Nothing of the file is executed, and nothing is read that the budget does not allow. Data that
    ONNX keeps in other files are read only in the folder `external`, and without it not at all.
    """
    file = mapped(path, budget)
    collector = Collector(budget)
    if file[0] == _ONNX_VERSION:
        kind = "onnx"
        Reader(collector, budget, External(external, len(file), budget)).model(file)
    else:
        kind = _read(file, collector, budget)
    return collector.checkpoint(path, kind, len(file))


def _read(file: memoryview, collector: Collector, budget: Budget) -> str:
    """Read a file of any format but ONNX; return the name of the format."""
    head = bytes(file[:512])
    if head.startswith(b"PK"):
        return _read_archive(file, collector, budget)
    if head.startswith(b"\x80"):
        torch_legacy.read(file, collector, budget)
        return "torch legacy"
    if head[8:9] == b"{":
        safetensors.read(file, collector, budget)
        return "safetensors"
    for offset, magic, what in _KNOWN:
        if head[offset:].startswith(magic):
            raise unsupported(f"this is {what}")
    raise unsupported("this is no torch file, safetensors, npz or ONNX")


def _read_archive(file: memoryview, collector: Collector, budget: Budget) -> str:
    members = archive.members(file, budget)
    if any(name.count("/") == 1 and name.endswith(torch_zip.PICKLE) for name in members):
        torch_zip.read(file, members, collector, budget)
        return "torch zip"
    if any(name.endswith(npz.ENDING) for name in members):
        npz.read(file, members, collector, budget)
        return "npz"
    raise unsupported("this is a zip archive, but neither torch's nor numpy's")
