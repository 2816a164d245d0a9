"""Where `spec/` and `schemas/` are: beside the package, or inside it in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return the data folder called `name` ("spec" or "schemas").

    Raises `FileNotFoundError` if this installation carries no such folder.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        if (root / name).is_dir():
            return root / name
    raise FileNotFoundError(f"this installation of micronet-spec lacks its data folder {name!r}")
