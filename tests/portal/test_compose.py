"""docker-compose.yml: names hold together, every service is watched, and no secret has a default."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.launch import compose

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
        ("web", {"healtcheck": {}}, "web: healtcheck is no key of a service"),
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
