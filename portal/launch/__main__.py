"""python -m portal.launch run | test [pytest's arguments] | servers [--test] | reset"""

import os
import shutil
import signal
import subprocess
import sys
import threading
from types import FrameType

from portal.launch import places, portal_run, prepare, servers
from portal.launch.failure import LaunchError
from portal.launch.postgres import Postgres
from portal.launch.processes import INTERRUPTIONS

PYTHONS = ((3, 11), (3, 12))


def main(arguments: list[str]) -> int:
    command, rest = (arguments or ["help"])[0], arguments[1:]
    known = {"run": run, "test": test, "servers": hold_servers, "reset": reset}
    if command not in known:
        print(__doc__)
        return 0 if command in {"help", "--help", "-h"} else 2
    for number in INTERRUPTIONS:
        signal.signal(number, _as_interrupt)
    try:
        if sys.version_info[:2] not in PYTHONS:
            raise LaunchError(f"Python 3.11 or 3.12 is needed; this is {sys.version.split()[0]}.")
        return known[command](rest)
    except LaunchError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0 if command in {"run", "servers"} else 130


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def run(rest: list[str]) -> int:
    portal_run.run()
    return 0


def test(rest: list[str]) -> int:
    """Compiled translations, servers without fsync, then pytest with whatever arguments were given."""
    prepare.compile_messages()
    here = places.tests()
    with servers.running(here, for_tests=True, note=here.var.parent / "test-servers.env") as addresses:
        environment = {**os.environ, **addresses, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
        command = [sys.executable, "-m", "pytest", *rest]
        return subprocess.run(command, env=environment, cwd=places.ROOT, check=False).returncode


def hold_servers(rest: list[str]) -> int:
    """Only the servers, until Ctrl-C: for manage.py, a debugger, or the tests of one file."""
    for_tests = "--test" in rest
    here = places.tests() if for_tests else places.demo()
    note = (here.var.parent / "test-servers.env") if for_tests else here.var / "servers.env"
    with servers.running(here, for_tests=for_tests, note=note) as addresses:
        for name, url in addresses.items():
            print(f"{name}={url}", flush=True)
        threading.Event().wait()
    return 0


def reset(rest: list[str]) -> int:
    """Clear all that `make run` and `make test` have made, after stopping what was left over."""
    for here in (places.demo(), places.tests()):
        with here.alone():
            if "DATABASE_URL" not in os.environ and here.var.is_dir():
                here.prepare()
                postgres = Postgres(here)
                postgres.clean_up()
                shutil.rmtree(postgres.runner.kept, ignore_errors=True)
            shutil.rmtree(here.sockets, ignore_errors=True)
    shutil.rmtree(places.demo().var, ignore_errors=True)
    print("All data of the demo is gone; `make run` begins anew.")
    if "DATABASE_URL" in os.environ:
        print("The database of DATABASE_URL is yours to clear.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
