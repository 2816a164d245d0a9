"""The wheel carries everything: a score from an installed wheel, in an empty folder."""

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MANIFEST = ROOT / "submissions/micronet-2019/cifar100/02-kaist-ai.yaml"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_spec_and_schemas(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    data = [path for name in ("spec", "schemas") for path in (ROOT / name).rglob("*.*")]
    assert data
    for path in data:
        assert f"micronet_spec/_data/{path.relative_to(ROOT).as_posix()}" in names


def test_an_installed_wheel_scores_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    # The dependencies come from the environment the tests run in; the package only from the wheel.
    venv.create(environment, with_pip=False)
    site = next((environment / "lib").glob("python*")) / "site-packages"
    zipfile.ZipFile(wheel).extractall(site)
    (site / "dependencies.pth").write_text(
        "\n".join(path for path in sys.path if path.endswith("site-packages"))
    )
    python = str(environment / "bin/python")
    folder = tmp_path / "empty"
    folder.mkdir()
    shutil.copy(MANIFEST, folder / "entry.yaml")
    elsewhere = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    result = subprocess.run(
        [python, "-P", "-m", "micronet_spec", "score", "entry.yaml", "--format", "json"],
        cwd=folder,
        env=elsewhere,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(result.stdout)["score"] == pytest.approx(0.0054597190, abs=1e-10)
    shown = subprocess.run(
        [python, "-P", "-c", "import micronet_spec; print(micronet_spec.__file__)"],
        cwd=folder,
        env=elsewhere,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(environment) in shown.stdout
