"""`make app` makes an app that Django loads, wired into settings and contracts, in the shape of the others."""

import ast
import shutil
import tomllib
from pathlib import Path

import pytest

from portal.launch import new_app

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the three files that know all apps."""
    (tmp_path / "portal" / "settings").mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / "portal" / "urls.py", tmp_path / "portal")
    shutil.copy(ROOT / "portal" / "settings" / "base.py", tmp_path / "portal" / "settings")
    return tmp_path


def siblings(house: Path) -> list[str]:
    """The apps that the contracts say stand side by side."""
    contracts = tomllib.loads((house / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layer: str = next(layer for layer in contracts[0]["layers"] if layer.startswith("initiatives"))
    return layer.split(" | ")


def test_the_new_app_is_wired_and_under_contract(house: Path) -> None:
    new_app.make("lanterns", house)
    settings = (house / "portal" / "settings" / "base.py").read_text()
    assert settings.index('"initiatives",') < settings.index('"lanterns",') < settings.index("# new apps above")
    assert '        path("", include("lanterns.urls")),\n' in (house / "portal" / "urls.py").read_text()
    contracts = tomllib.loads((house / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert "lanterns" in contracts["root_packages"]
    assert "lanterns" in siblings(house)
    assert "lanterns" in contracts["contracts"][1]["containers"]


def test_each_room_is_python_with_a_docstring(house: Path) -> None:
    new_app.make("lanterns", house)
    rooms = sorted((house / "lanterns").rglob("*.py"))
    assert {"policies.py", "workflow.py", "limits.py", "models.py"} <= {room.name for room in rooms}
    for room in rooms:
        tree = ast.parse(room.read_text())
        assert ast.get_docstring(tree) or room.parent.name == "migrations", room
    assert (house / "tests" / "lanterns" / "test_policies.py").exists()


def test_a_second_app_joins_the_first(house: Path) -> None:
    for name in ("lanterns", "kites"):
        new_app.make(name, house)
    assert siblings(house)[:3] == ["initiatives", "kites", "lanterns"]


@pytest.mark.parametrize("name", ["", "Councils", "council", "../evils", "cs", "initiatives", "accounts"])
def test_a_name_that_fits_no_folder_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert new_app.main([name]) == 1
    assert capsys.readouterr().err.count(".") >= 1
