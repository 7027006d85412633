"""The Merkle tree of RFC 6962, section 2.1: roots, proofs and their verification.

A node is named by (level, index): it is the root of the `2**level` leaves from `index * 2**level` on. Only such complete
nodes are ever stored; whatever else a root or a proof needs is made of them.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

from signatures.log.errors import LogError

Node = tuple[int, int]
Fetch = Callable[[Sequence[Node]], Sequence[bytes]]
"""Returns the hashes of complete nodes, in the order in which they were named."""

EMPTY_ROOT = hashlib.sha256().digest()
LONGEST_PROOF = 64
"""Hashes: more than any tree of 2**63 leaves needs."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf: SHA-256(0x00 || leaf)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Peaks:
    """A tree that is only grown: it remembers one hash for each bit of its size, however many leaves came."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        size, carried = self.size, leaf
        while size & 1:
            carried = node_hash(self._peaks.pop(), carried)
            size >>= 1
        self._peaks.append(carried)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of all leaves that were added."""
        return join(self._peaks)


def join(peaks: Sequence[bytes]) -> bytes:
    """Return the root over complete nodes that stand side by side, the largest first."""
    if not peaks:
        return EMPTY_ROOT
    joined = peaks[-1]
    for peak in reversed(peaks[:-1]):
        joined = node_hash(peak, joined)
    return joined


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over the hashes of leaves; of none, the hash of nothing."""
    peaks = Peaks()
    for one in leaf_hashes:
        peaks.add(one)
    return peaks.root()


def root_of(size: int, fetch: Fetch) -> bytes:
    """Return the root that a tree had when it held `size` leaves."""
    return join(fetch(cover(0, size)))


def inclusion_proof(index: int, size: int, fetch: Fetch) -> list[bytes]:
    """Return the audit path of leaf `index` in a tree of `size` leaves (section 2.1.1), from the leaf to the root.

    LogError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise LogError("the tree has no such leaf")
    return _hashes(_beside(index, 0, size), fetch)


def consistency_proof(old: int, new: int, fetch: Fetch) -> list[bytes]:
    """Return the proof that the first `old` of `new` leaves are those of the older tree (section 2.1.2).

    LogError unless 0 < old <= new: an empty tree is a part of every tree, and nothing can be proved of it.
    """
    if not 0 < old <= new:
        raise LogError("a consistency proof needs two sizes, the older one first and not empty")
    return _hashes(_subproof(old, 0, new, whole=True), fetch)


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raise LogError unless `leaf`, a leaf's hash, stands at `index` under this root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        raise LogError("the tree has no such leaf")
    _require_hashes([leaf, root, *proof])
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise LogError("the proof is too long")
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise LogError("the proof is too short")
    if found != root:
        raise LogError("the proof leads to another root")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Raise LogError unless the newer tree only adds to the older one (RFC 9162, section 2.1.4.2).

    Nothing is consistent with an empty tree: `old` = 0 is refused. Equal roots are consistent whatever they are.
    """
    if not 0 < old <= new:
        raise LogError("the older tree must be smaller and not empty")
    if old == new:
        if proof or old_root != new_root:
            raise LogError("trees of one size have one root and need no proof")
        return
    _require_hashes([old_root, new_root, *proof])
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise LogError("the proof is too short")
    if _climb(old - 1, new - 1, path) != (old_root, new_root):
        raise LogError("the proof leads to other roots")


def _climb(place: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the roots of the older and the newer tree that a consistency proof leads to."""
    while place & 1:
        place, last = place >> 1, last >> 1
    of_old = of_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise LogError("the proof is too long")
        if place & 1 or place == last:
            of_old, of_new = node_hash(sibling, of_old), node_hash(sibling, of_new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            of_new = node_hash(of_new, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise LogError("the proof is too short")
    return of_old, of_new


def cover(start: int, end: int) -> list[Node]:
    """Return the complete nodes that stand side by side over the leaves from `start` to before `end`, left to right.

    `start` must be a place where a subtree begins, as in every part of a proof.
    """
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def _beside(index: int, start: int, end: int) -> list[tuple[int, int]]:
    """The ranges of leaves beside the path from a leaf to the root, the nearest first."""
    beside = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    return beside[::-1]


def _subproof(old: int, start: int, end: int, *, whole: bool) -> list[tuple[int, int]]:
    """The ranges of SUBPROOF(old, D[start:end], whole); `old` counts from `start`."""
    beside: list[tuple[int, int]] = []
    while old != end - start:
        middle = _split(end - start)
        if old <= middle:
            beside.append((start + middle, end))
            end = start + middle
        else:
            beside.append((start, start + middle))
            start, old, whole = start + middle, old - middle, False
    return ([] if whole else [(start, end)]) + beside[::-1]


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _hashes(ranges: Sequence[tuple[int, int]], fetch: Fetch) -> list[bytes]:
    """Return one hash for each range; all nodes are asked for at once."""
    covers = [cover(start, end) for start, end in ranges]
    found = iter(fetch([node for nodes in covers for node in nodes]))
    return [join([next(found) for _node in nodes]) for nodes in covers]


def _require_hashes(hashes: Sequence[bytes]) -> None:
    if len(hashes) > LONGEST_PROOF + 2:
        raise LogError("the proof is too long")
    if any(len(one) != 32 for one in hashes):
        raise LogError("a hash has 32 bytes")
