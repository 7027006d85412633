"""What must hold in docker-compose.yml, for machines that have no Docker engine to ask.

The shape is judged by the JSON schema of the compose specification, which the package check-jsonschema carries
unchanged; on top come this project's own rules: every service is watched, none has a default secret, only the proxy
is open.
"""

import json
import re
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

SCHEMA = resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
SECRET_NAME = re.compile(r"SECRET|PASSWORD|KEY|PEPPER|TOKEN")
#: A number that says how many were taken away, not one of them.
NO_SECRET = {"SIGNATURES_PEPPERS_DROPPED"}
#: Without these, mail is sent to a relay that asks for no password.
MAY_BE_EMPTY = {"SECRET_KEY_FALLBACKS", "EMAIL_HOST_PASSWORD"}


def faults(document: Mapping[str, Any]) -> Iterator[str]:
    """Each broken rule as a sentence; ours are asked of a file of the right shape only."""
    if misshapen := [*_misshapen(document)]:
        yield from misshapen
        return
    services: Mapping[str, Any] = document.get("services", {})
    for name, service in services.items():
        if "image" not in service and "build" not in service:
            yield f"{name} has neither image nor build."
        if service.get("restart") == "no":
            continue  # runs to its end, and others wait for that
        if "test" not in service.get("healthcheck", {}):
            yield f"{name} has no health check."
    yield from _unknown_names(document)
    yield from _default_secrets(services)
    yield from (f"{name} is open to the world." for name in services if services[name].get("ports") and name != "proxy")


def _misshapen(document: Mapping[str, Any]) -> Iterator[str]:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for error in Draft202012Validator(schema).iter_errors(document):
        inmost = best_match([error]) or error
        yield f"{inmost.json_path.removeprefix('$.')}: {inmost.message}"


def _unknown_names(document: Mapping[str, Any]) -> Iterator[str]:
    services = document["services"]
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            if other not in services:
                yield f"{name} waits for {other}, which is no service."
            elif how["condition"] == "service_healthy" and "healthcheck" not in services[other]:
                yield f"{name} waits for the health of {other}, which has no health check."
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if not source.startswith((".", "/", "$")) and source not in document.get("volumes", {}):
                yield f"{name} mounts {source}, which is no volume."
        for network in service.get("networks", []):
            if network not in document.get("networks", {}):
                yield f"{name} joins {network}, which is no network."


def _default_secrets(services: Mapping[str, Any]) -> Iterator[str]:
    for name, service in services.items():
        for variable, value in service.get("environment", {}).items():
            if variable in NO_SECRET or not SECRET_NAME.search(variable):
                continue
            if variable not in MAY_BE_EMPTY and ":?" not in str(value):
                yield f"{name}: {variable} must be asked for, as in ${{{variable}:?sentence}}."
            if re.search(r":-[^}]", str(value)):
                yield f"{name}: {variable} has a default."
