"""Rules of the house that no single room can keep: imports, who changes a state, policies of addresses, fresh documents."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

from portal.launch.places import packages
from portal.permissions import lookup
from portal.web.access import PUBLIC

ROOT = Path(settings.BASE_DIR)
FOREIGN = ("admin", "schema", "i18n")
"""Name spaces whose views are not the portal's own: the administration guards itself (`VerifiedAdminSite`)."""


def python_files() -> Iterator[Path]:
    for app in packages():
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def test_nobody_imports_whom_the_contracts_forbid() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def state_assignments(source: str) -> list[int]:
    """Return the lines on which an attribute `state` of something other than `self` is assigned."""

    def targets(node: ast.AST) -> list[ast.expr]:
        if isinstance(node, ast.Assign):
            return [part for one in node.targets for part in (one.elts if isinstance(one, ast.Tuple) else [one])]
        return [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []

    return [
        target.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.stmt)
        for target in targets(node)
        if isinstance(target, ast.Attribute) and target.attr == "state"
    ]


def test_only_the_engine_assigns_a_state() -> None:
    assert state_assignments("petition.state = 'done'\na.b, c.state = 1, 2\n") == [1, 2]
    found = {str(path.relative_to(ROOT)): state_assignments(path.read_text("utf-8")) for path in python_files()}
    allowed = {
        "portal/workflow/engine.py",
        # Letters have a state of their own, which is no process of the house: queued, sending, sent.
        "portal/notifications/channels/email.py",
        # Reads the state anew behind the gate, as refresh_from_db would; nothing there saves an initiative.
        "initiatives/services/voting.py",
    }
    assert {name: lines for name, lines in found.items() if lines and name not in allowed} == {}
    assert found["portal/workflow/engine.py"]
    assert len(found["initiatives/services/voting.py"]) <= 1
    assert ".save(" not in (ROOT / "initiatives/services/voting.py").read_text("utf-8")


def addresses(resolver: Any = None, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield each address of the portal as its full name and its view."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif isinstance(entry, URLPattern):
            yield ":".join((*spaces, entry.name or str(entry.pattern))), entry.callback


def own_pages() -> list[tuple[str, Any]]:
    machines = ("health-live", "health-ready", "set_language", "signatures-machines")
    return [
        (name, view)
        for name, view in addresses()
        if not name.startswith(FOREIGN) and not name.startswith(machines) and not is_api(name, view)
    ]


def is_api(name: str, view: Any) -> bool:
    """Views of the API state their permission classes."""
    return name.startswith("api") or hasattr(view, "cls")


def test_every_page_declares_its_policy() -> None:
    assert len(own_pages()) > 40
    assert [name for name, view in own_pages() if not getattr(view, "policy", "")] == []


def test_every_declared_policy_exists() -> None:
    declared = {view.policy for _name, view in own_pages()} - {PUBLIC}
    assert [name for name in sorted(declared) if lookup(name) is None] == []


def test_every_view_of_the_api_states_who_may_use_it() -> None:
    views = [(name, view) for name, view in addresses() if hasattr(view, "cls")]
    assert [name for name, view in views if not view.cls.permission_classes] == []


def test_the_documents_of_the_workflows_are_fresh() -> None:
    call_command("generate_docs", check=True)


@pytest.mark.django_db
def test_the_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
