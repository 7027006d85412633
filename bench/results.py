"""The table: what was measured, what the machine can do at most, what is aimed at."""

import json
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path

OUT = Path(__file__).parent / "out" / "latest.json"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One number. `limit` is the machine's own in the same unit and run; `ratio` is value / limit."""

    name: str
    value: float | None
    unit: str
    limit: float | None = None
    target: str = ""
    is_met: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The portal's number over the machine's."""
        return self.value / self.limit if self.value is not None and self.limit else None


@dataclass(slots=True)
class Results:
    """All measurements of a run, printed as they come."""

    rows: list[Measurement] = field(default_factory=list)

    def add(
        self,
        name: str,
        value: float,
        unit: str,
        *,
        limit: float | None = None,
        at_least: float | None = None,
        at_most: float | None = None,
        note: str = "",
    ) -> None:
        """Keep one number and say whether it meets its target."""
        target, is_met = "", None
        if at_least is not None:
            target, is_met = f">= {_number(at_least)}", value >= at_least
        if at_most is not None:
            target, is_met = f"<= {_number(at_most)}", value <= at_most
        self._keep(Measurement(name, value, unit, limit, target, is_met, note))

    def missing(self, name: str, reason: str) -> None:
        """Say plainly that something was not measured, and why."""
        self._keep(Measurement(name, None, "", note=f"not measured: {reason}"))

    def value(self, name: str) -> float | None:
        """Return a number measured earlier in this run."""
        return next((row.value for row in self.rows if row.name == name), None)

    def _keep(self, row: Measurement) -> None:
        self.rows.append(row)
        print(_line(row), flush=True)

    def write(self, path: Path = OUT) -> None:
        """Write the rows for programs to read."""
        path.parent.mkdir(exist_ok=True)
        rows = [{**asdict(row), "ratio": row.ratio} for row in self.rows]
        content = {"machine": platform.platform(), "python": platform.python_version(), "measurements": rows}
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def header() -> str:
    """The names of the columns."""
    return f"{'':4}{'what':<58} {'value':>10} {'unit':<10} {'limit':>9} {'ratio':>7} {'target':>10}  note"


def _line(row: Measurement) -> str:
    mark = {True: "ok", False: "MISS", None: ""}[row.is_met]
    value = "-" if row.value is None else _number(row.value)
    limit = _number(row.limit) if row.limit else ""
    ratio = f"{row.ratio:.3f}" if row.ratio is not None else ""
    return f"{mark:4}{row.name:<58} {value:>10} {row.unit:<10} {limit:>9} {ratio:>7} {row.target:>10}  {row.note}"


def _number(value: float) -> str:
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}"
