"""What an ordinary user of a bare machine is told: one sentence with the command that mends it, and nothing is done."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BASH = shutil.which("bash") or "/bin/bash"
#: A Python as Debian packs it: whole, but for what python3-venv brings.
WITHOUT_VENV = f"""#!/bin/sh
case "$2" in
    *ensurepip*) exit 1 ;;
    *_base_executable*) echo "$0" ;;
    *) exec {sys.executable} "$@" ;;
esac
"""


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder with all the programs of a machine that has no make, no gettext and no browser."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("awk", "df", "dirname"):
        (programs / name).symlink_to(str(shutil.which(name)))
    for name, text in {"id": "#!/bin/sh\necho 1000\n", "python3": WITHOUT_VENV}.items():
        (programs / name).write_text(text, encoding="ascii")
        (programs / name).chmod(0o755)
    return programs


def told(bare: Path, script: str, **environment: str) -> str:
    done = subprocess.run(
        [BASH, script], cwd=ROOT, env={"PATH": str(bare), **environment}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


def test_what_the_whole_verdict_needs_is_named_at_once(bare: Path) -> None:
    said = told(bare, ".ci/run")
    assert said.startswith("The checks and tests need make gettext chromium python3-venv")
    assert "sudo apt-get install --no-install-recommends make gettext" in said
    assert said.count("\n") == 1


def test_what_the_tests_need_is_named(bare: Path) -> None:
    said = told(bare, "portal/launch/browser.sh")
    assert said.startswith("The tests need ")
    assert "sudo apt-get install --no-install-recommends" in said
    assert "gettext" in said
    assert said.count("\n") == 1


def test_a_python_without_venv_is_told_of_its_package(bare: Path, tmp_path: Path) -> None:
    said = told(bare, "portal/launch/install.sh", PYTHON=str(bare / "python3"), VENV=str(tmp_path / "venv"))
    assert said == "Python's venv module is missing: sudo apt-get install python3-venv, then start again.\n"
    assert not (tmp_path / "venv").exists()


def test_a_machine_without_python_is_told_what_to_install(bare: Path) -> None:
    assert "Python 3.11 is missing: apt-get install python3 python3-venv" in told(
        bare, "portal/launch/install.sh", PYTHON=""
    )


def test_the_browsers_driver_brings_the_package_of_its_library(bare: Path, tmp_path: Path) -> None:
    """Playwright's Node does not start without libatomic, which Debian has in a package of its own."""
    node = tmp_path / ".venv/lib/python3.11/site-packages/playwright/driver/node"
    node.parent.mkdir(parents=True)
    node.write_text("#!/bin/sh\nexit 127\n", encoding="ascii")
    node.chmod(0o755)
    script = ROOT / "portal" / "launch" / "browser.sh"
    done = subprocess.run([BASH, script], cwd=tmp_path, env={"PATH": str(bare)}, capture_output=True, text=True)
    assert "libatomic1" in done.stderr
