"""Geometry of server-drawn charts and of the tile map. Only numbers here; colours and words stay in CSS and templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from typing import Any

from portal.web.numbers import grouped
from portal.web.regions import COLUMNS, ROWS, TILES, Tile

WIDTH, HEIGHT = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 28, 28, 32, 40
LEVELS = 5
TILE, GAP = 100, 8


@dataclass(frozen=True)
class Tick:
    position: float
    text: str


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True)
class Drawn:
    """One series: a polyline with its area and dots, or bars; `number` picks the colour class."""

    label: str
    number: int
    line: str
    area: str
    dots: tuple[tuple[float, float, str], ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Chart:
    y_ticks: tuple[Tick, ...]
    x_ticks: tuple[Tick, ...]
    series: tuple[Drawn, ...]
    columns: list[dict[str, Any]]
    rows: list[list[str]]


def nice_ceiling(value: float) -> float:
    """Return the next number not below value whose quarters are round, for four grid lines."""
    if value <= 0:
        return 4.0
    power = 10 ** floor(log10(value))
    for factor in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10):
        if value <= factor * power:
            return max(float(factor * power), 4.0)
    return float(10 * power)


def chart(labels: Sequence[str], series: Sequence[Mapping[str, Any]], kind: str, label_heading: str) -> Chart:
    """Lay out a line or bar chart; every series has `label` and as many `values` as there are labels."""
    top = nice_ceiling(max((max(one["values"], default=0) for one in series), default=0))
    inner_width, inner_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    slot = inner_width / max(len(labels), 1)
    first, step = (LEFT, inner_width / max(len(labels) - 1, 1)) if kind == "line" else (LEFT + slot / 2, slot)

    def y(value: float) -> float:
        return round(TOP + inner_height * (1 - value / top), 1)

    y_ticks = tuple(Tick(y(top * part / 4), grouped(round(top * part / 4))) for part in range(5))
    every = max(1, ceil(len(labels) / 5))
    x_ticks = tuple(
        Tick(round(first + step * place, 1), text) for place, text in enumerate(labels) if place % every == 0
    )
    drawn = []
    for number, one in enumerate(series):
        points = [(round(first + step * place, 1), y(value)) for place, value in enumerate(one["values"])]
        texts = [f"{label}: {grouped(value)}" for label, value in zip(labels, one["values"], strict=True)]
        line = " ".join(f"{x},{height}" for x, height in points)
        area = f"{points[0][0]},{y(0)} {line} {points[-1][0]},{y(0)}" if points else ""
        width = min(slot * 0.7 / len(series), 56)
        left = (number - len(series) / 2) * width
        bars = tuple(
            Bar(round(x + left, 1), top_y, round(width - 2, 1), round(y(0) - top_y, 1), text)
            for (x, top_y), text in zip(points, texts, strict=True)
        )
        dots = tuple((x, height, text) for (x, height), text in zip(points, texts, strict=True))
        is_line = kind == "line"
        drawn.append(
            Drawn(str(one["label"]), number + 1, line if is_line else "", area if is_line else "",
                  dots if is_line else (), () if is_line else bars)
        )  # fmt: skip
    columns: list[dict[str, Any]] = [{"label": label_heading}]
    columns += [{"label": one["label"], "numeric": True} for one in series]
    rows = [[str(label), *(grouped(one["values"][place]) for one in series)] for place, label in enumerate(labels)]
    return Chart(y_ticks, x_ticks, tuple(drawn), columns, rows)


@dataclass(frozen=True)
class Placed:
    tile: Tile
    x: int
    y: int
    value: str
    level: int
    href: str


@dataclass(frozen=True)
class TileMap:
    width: int
    height: int
    tiles: tuple[Placed, ...]
    legend: tuple[tuple[int, str], ...]
    rows: list[list[Any]]


def tile_map(values: Mapping[str, float], links: Mapping[str, str]) -> TileMap:
    """Place the regions; `values` and `links` are keyed by KATO (its first two digits count)."""
    by_code = {str(code)[:2]: value for code, value in values.items()}
    link_by_code = {str(code)[:2]: link for code, link in links.items()}
    steps = _steps(list(by_code.values()))
    placed = []
    for tile in TILES:
        value = by_code.get(tile.code)
        level = 0 if not value else 1 + sum(value > bound for bound in steps)
        text = "–" if value is None else grouped(value)
        place = (GAP + tile.column * (TILE + GAP), GAP + tile.row * (TILE + GAP))
        placed.append(Placed(tile, *place, text, level, link_by_code.get(tile.code, "")))
    ordered = sorted(placed, key=lambda one: -(by_code.get(one.tile.code) or 0))
    rows: list[list[Any]] = [
        [{"text": one.tile.name, "href": one.href} if one.href else one.tile.name, one.value] for one in ordered
    ]
    side = TILE + GAP
    return TileMap(GAP + COLUMNS * side, GAP + ROWS * side, tuple(placed), _legend(steps), rows)


def _steps(values: list[float]) -> list[float]:
    """Quintile bounds: skewed counts (Almaty, Astana) would leave an equal-step map all pale."""
    present = sorted({value for value in values if value})
    if len(present) < LEVELS:
        return [float(value) for value in present[:-1]]
    return [float(present[len(present) * part // LEVELS - 1]) for part in range(1, LEVELS)]


def _legend(steps: list[float]) -> tuple[tuple[int, str], ...]:
    if not steps:
        return ()
    texts = [f"≤ {grouped(steps[0])}"]
    texts += [f"{grouped(low)}–{grouped(high)}" for low, high in pairwise(steps)]
    texts.append(f"> {grouped(steps[-1])}")
    return tuple(enumerate(texts, start=1))
