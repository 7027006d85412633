"""Write docs/workflows/ from the tables; with --check only say whether the pages are fresh."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.workflow import workflows
from portal.workflow.graph import render


class Command(BaseCommand):
    help = "Write the diagrams of all workflows into docs/workflows/."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when a page is stale; write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "workflows"
        pages = {folder / f"{name}.md": render(workflow) for name, workflow in workflows().items()}
        stale = [path.name for path, text in pages.items() if not path.exists() or path.read_text("utf-8") != text]
        if options["check"]:
            if stale:
                raise CommandError(f"Stale: {', '.join(stale)}. Run `make docs`.")
            return
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in pages.items():
            path.write_text(text, "utf-8")
        self.stdout.write(f"{len(pages)} workflows drawn, {len(stale)} changed.")
