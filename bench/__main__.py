"""Run the parts one after another against one stack; print the table and write it to bench/out/latest.json."""

import argparse
import importlib
import os
import sys
import time
import traceback

from bench import stack
from bench.results import Results, header

PARTS = (
    "limits",
    "signatures",
    "service",
    "evidence",
    "intake",
    "votelog",
    "pages",
    "ranking",
    "fanout",
    "opendata",
    "search",
)


class Missing(Exception):
    """What was to be measured is not there."""


def main() -> int:
    """Measure; end with an error only when a part itself broke, not when a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="only these parts (default: all)")
    chosen = parser.parse_args().parts or PARTS
    began, results, broken = time.monotonic(), Results(), False
    os.sched_setaffinity(0, stack.cores()[0])
    with stack.running():
        prepare()
        print(header(), flush=True)
        for part in chosen:
            try:
                importlib.import_module(f"bench.{part}").measure(results)
            except (ImportError, Missing) as error:
                results.missing(part, str(error))
            except Exception as error:
                traceback.print_exc()
                results.missing(part, f"{type(error).__name__}: {error}")
                broken = True
    results.write()
    print(
        f"\n{time.monotonic() - began:.0f} s; on cores {sorted(stack.cores()[0])}, load from {sorted(stack.cores()[1])}."
    )
    return int(broken)


def prepare() -> None:
    """Make the tables and the demo's keys in the fresh database."""
    import django
    from django.core.management import call_command, get_commands

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if "demo_pki" in get_commands():
        call_command("demo_pki", verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
