"""A tree kept in rows of 256 hashes (C2SP tlog-tiles): a proof reads a few rows, however large the log is.

Tile (level, index) holds the complete nodes of tree level `8 * level` from `256 * index` on. The hashes of a full tile are
the leaves of one node above, which stands in the tile of the next level.
"""

from collections.abc import Callable, Mapping, Sequence

from signatures.log.errors import LogError
from signatures.log.tree import Node, join, node_hash

BITS = 8
WIDTH = 1 << BITS
SIZE = 32

Tile = tuple[int, int]
"""Level and index of a tile."""

ReadTiles = Callable[[Sequence[Tile]], Mapping[Tile, bytes]]
"""Returns the hashes of the tiles that were named, joined, as far as there are such tiles."""


def edge(size: int) -> list[Tile]:
    """Return the tiles that the next leaf of a tree of this size may change, from the leaves up."""
    tiles, level = [(0, size // WIDTH)], 1
    while size >> (BITS * level):
        tiles.append((level, (size >> (BITS * level)) // WIDTH))
        level += 1
    return tiles


def append(size: int, edges: Mapping[Tile, bytes], leaf_hashes: Sequence[bytes]) -> tuple[dict[Tile, bytes], bytes]:
    """Return the tiles that change when these leaves are added to a tree of `size`, and the new root.

    `edges` holds the tiles of `edge(size)` as they are. LogError when they are not those of a tree of this size.
    """
    changed: dict[Tile, bytes] = {}
    peaks: list[bytes] = []
    arriving, level = list(leaf_hashes), 0
    while arriving or size >> (BITS * level):
        before = size >> (BITS * level)
        held = edges.get((level, before // WIDTH), b"")
        if len(held) != before % WIDTH * SIZE:
            raise LogError("the stored tiles are not those of a tree of this size")
        hashes = [held[at : at + SIZE] for at in range(0, len(held), SIZE)] + arriving
        first, full = before // WIDTH, len(hashes) // WIDTH
        if arriving:
            for place in range(0, len(hashes), WIDTH):
                changed[level, first + place // WIDTH] = b"".join(hashes[place : place + WIDTH])
        peaks = _peaks(hashes[full * WIDTH :]) + peaks
        arriving = [_top(hashes[place * WIDTH : (place + 1) * WIDTH]) for place in range(full)]
        level += 1
    return changed, join(peaks)


def nodes(wanted: Sequence[Node], read: ReadTiles) -> list[bytes]:
    """Return the hashes of complete nodes out of tiles, all of which are read at once; LogError when one is missing."""
    places = [_place(node) for node in wanted]
    rows = read(sorted({tile for tile, _start, _count in places}))
    found = []
    for tile, start, count in places:
        held = rows.get(tile, b"")[start * SIZE : (start + count) * SIZE]
        if len(held) != count * SIZE:
            raise LogError("a tile is missing")
        found.append(_top([held[at : at + SIZE] for at in range(0, len(held), SIZE)]))
    return found


def _place(node: Node) -> tuple[Tile, int, int]:
    """Return the tile in which the leaves of a node's own small tree stand, where they begin, and how many they are."""
    level, index = node
    row, inside = divmod(level, BITS)
    first = index << inside
    return (row, first // WIDTH), first % WIDTH, 1 << inside


def _top(hashes: Sequence[bytes]) -> bytes:
    """Return the node over a power of two of hashes."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def _peaks(hashes: Sequence[bytes]) -> list[bytes]:
    """Return the complete nodes over hashes that stand side by side, the largest first."""
    peaks, start = [], 0
    while start < len(hashes):
        width = 1 << ((len(hashes) - start).bit_length() - 1)
        peaks.append(_top(hashes[start : start + width]))
        start += width
    return peaks
