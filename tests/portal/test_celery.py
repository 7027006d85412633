"""Tasks that a web process sends go to the broker of the settings, and no import chooses the settings."""

import os
import subprocess
import sys
from pathlib import Path

from celery import current_app

import portal

ROOT = Path(portal.__file__).resolve().parents[1]


def test_the_portals_app_is_the_current_one() -> None:
    assert current_app.main == "portal"
    assert portal.celery_app.conf.broker_url == "memory://"


def test_importing_the_portal_chooses_no_settings() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    script = "import portal, os; print(os.environ.get('DJANGO_SETTINGS_MODULE'))"
    said = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert said.stdout.strip() == "None"
