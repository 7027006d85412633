"""`make check`: every check runs, each says OK or failed on a line of its own; what failed is shown at the end."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from portal.launch import compose
from portal.launch.places import ROOT

BIN = Path(sys.executable).parent
LOCK_FILES = ("requirements*.txt", "package-lock.json", "uv.lock")


@dataclass(frozen=True)
class Verdict:
    """What a check found; no findings mean that it passed."""

    findings: str = ""


def tool(*words: str) -> Callable[[], Verdict]:
    """A check by a program of the environment, which passes when the program says so."""

    def check() -> Verdict:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
        command: Sequence[str] = [str(BIN / words[0]), *words[1:]]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        return Verdict(f"{done.stdout}{done.stderr}".strip() or "failed in silence") if done.returncode else Verdict()

    return check


def openapi_is_fresh() -> Verdict:
    """The committed schema is what the code would write today."""
    kept = ROOT / "docs" / "openapi.yaml"
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "openapi.yaml"
        made = tool("python", "manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", str(written))()
        if made.findings:
            return made
        if not kept.exists() or kept.read_bytes() != written.read_bytes():
            return Verdict("docs/openapi.yaml is not what the code says: run `make schema` and commit it.")
    return Verdict()


def lock_files_hold_no_address() -> Verdict:
    """An address in a lock file would send every later installation to one machine's registry."""
    findings = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for pattern in LOCK_FILES
        for path in sorted(ROOT.glob(pattern))
        if path.name != "uv.lock" or _is_tracked(path)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"https?://", line)
    ]
    return Verdict("\n".join(findings[:10]))


def _is_tracked(path: Path) -> bool:
    command = ["git", "ls-files", "--error-unmatch", str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def compose_file_is_valid() -> Verdict:
    """As the compose specification has it, with each name that a service leans on declared in the file itself."""
    import yaml

    return Verdict("\n".join(compose.faults(yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8")))))


CHECKS: dict[str, Callable[[], Verdict]] = {
    "style (ruff)": tool("ruff", "check", "--quiet", "."),
    "layout (ruff format)": tool("ruff", "format", "--check", "--quiet", "."),
    "types (mypy)": tool("mypy", "--no-error-summary", "."),
    "import contracts": tool("lint-imports"),
    "templates (djlint)": tool("djlint", "--lint", "--quiet", "templates"),
    "migrations complete": tool("python", "manage.py", "makemigrations", "--check", "--dry-run", "--verbosity", "1"),
    "translations complete": tool("python", "-m", "portal.launch.translations"),
    "OpenAPI fresh": openapi_is_fresh,
    "lock files without addresses": lock_files_hold_no_address,
    "docker-compose.yml valid": compose_file_is_valid,
}


def main() -> int:
    failed: dict[str, str] = {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = {name: pool.submit(check) for name, check in CHECKS.items()}
        for name, future in running.items():
            findings = future.result().findings
            print(f"  {'failed' if findings else 'OK':<7} {name}", flush=True)
            if findings:
                failed[name] = findings
    for name, findings in failed.items():
        print(f"\n--- {name}\n{findings}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
