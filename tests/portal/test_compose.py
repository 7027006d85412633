"""docker-compose.yml: names hold together, every service is watched, and no secret has a default."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.launch import compose
from portal.settings import schedule

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def test_the_file_keeps_every_rule() -> None:
    assert list(compose.faults(DOCUMENT)) == []


@pytest.mark.parametrize(
    ("service", "change", "fault"),
    [
        ("web", {"environment": {"SECRET_KEY": "${SECRET_KEY:-swordfish}"}}, "web: SECRET_KEY has a default."),
        (
            "postgres",
            {"environment": {"POSTGRES_PASSWORD": "postgres"}},
            "postgres: POSTGRES_PASSWORD must be asked for",
        ),
        ("web", {"healthcheck": {}}, "web has no health check."),
        ("worker", {"depends_on": {"rabbit": {"condition": "service_healthy"}}}, "worker waits for rabbit"),
        ("beat", {"volumes": ["clock:/srv/beat"]}, "beat mounts clock, which is no volume."),
        ("postgres", {"ports": ["5432:5432"]}, "postgres is open to the world."),
        ("web", {"healtcheck": {}}, "services.web: Unevaluated properties are not allowed ('healtcheck'"),
        (
            "web",
            {"depends_on": {"postgres": {"condition": "service_well"}}},
            "services.web.depends_on.postgres.condition: 'service_well' is not one of",
        ),
        ("beat", {"stop_grace_period": 60}, "services.beat.stop_grace_period: 60 is not of type 'string'"),
    ],
)
def test_a_broken_rule_is_named(service: str, change: dict[str, Any], fault: str) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["services"][service] |= change
    assert any(found.startswith(fault) for found in compose.faults(document))


def test_the_example_environment_names_each_asked_variable_and_gives_no_value() -> None:
    lines = (ROOT / "deploy" / "env.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    asked = set(re.findall(r"\$\{([A-Z_]+):\?", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    assert asked <= set(given)
    assert not any(given.values())


def test_the_workers_together_serve_every_queue() -> None:
    commands = [service["command"] for service in DOCUMENT["services"].values() if "-Q" in service.get("command", [])]
    served = {queue for command in commands for queue in command[command.index("-Q") + 1].split(",")}
    assert served == set(schedule.QUEUES) >= {route["queue"] for route in schedule.ROUTES.values()}


def test_every_variable_that_is_read_is_documented_and_handed_over() -> None:
    sources = ("portal/settings/base.py", "portal/settings/production.py", "deploy/gunicorn.py")
    code = "".join((ROOT / source).read_text("utf-8") for source in sources)
    refused = {"DEBUG", "TRUST_DOMAIN"}
    read = set(re.findall(r'\benv(?:iron)?\.\w+\("([A-Z_]+)"', code.replace("os.environ", "environ"))) - refused
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    table = page[page.index("| variable |") : page.index("Refused with a sentence")]
    first_cells = " ".join(line.split("|")[1] for line in table.splitlines() if line.startswith("|"))
    assert set(re.findall(r"`([A-Z_]+)`", first_cells)) == read | {"DJANGO_SETTINGS_MODULE"}
    # The image itself says where files lie and which port is its own.
    given = set(DOCUMENT["services"]["web"]["environment"]) | {"STATIC_ROOT", "MEDIA_ROOT", "OPEN_DATA_ROOT", "BIND"}
    assert read <= given
