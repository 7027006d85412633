"""The log's mathematics against cases and implementations that share no line with this project."""

import base64
import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pymerkle import InmemoryTree

from signatures.log import canonical, leaves, notes, tiles, tree
from signatures.log.errors import LogError

CASES: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "recorded" / "rfc6962" / "cases.json").read_text()
)
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNED = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
GO_NOTE = f"{GO_TEXT}\n— PeterNeumann {GO_SIGNED}\n"
"""Key, text and signature of the tests of golang.org/x/mod/sumdb/note."""

ENTRY = leaves.Entry(
    id="0f" * 16,
    petition="85ydnuw5hx6b",
    revision=1,
    text_sha256="ab" * 32,
    action="vote",
    cancels=None,
    source="eds",
    commitment="cd" * 32,
    time="2026-11-24T06:30:00Z",
)


def _bytes(value: str) -> bytes:
    return base64.b64decode(value)


def _case(case: dict[str, Any]) -> str:
    return str(case["desc"])


@pytest.mark.parametrize("case", CASES["inclusion"], ids=_case)
def test_inclusion_proofs_are_judged_as_by_others(case: dict[str, Any]) -> None:
    arguments = (case["leafIdx"], case["treeSize"], _bytes(case["leafHash"]), list(map(_bytes, case["proof"] or ())))
    if case["wantErr"]:
        with pytest.raises(LogError):
            tree.verify_inclusion(*arguments, _bytes(case["root"]))
    else:
        tree.verify_inclusion(*arguments, _bytes(case["root"]))


@pytest.mark.parametrize("case", CASES["consistency"], ids=_case)
def test_consistency_proofs_are_judged_as_by_others(case: dict[str, Any]) -> None:
    arguments = (case["size1"], case["size2"], list(map(_bytes, case["proof"] or ())))
    if case["wantErr"]:
        with pytest.raises(LogError):
            tree.verify_consistency(*arguments, _bytes(case["root1"]), _bytes(case["root2"]))
    else:
        tree.verify_consistency(*arguments, _bytes(case["root1"]), _bytes(case["root2"]))


def test_all_cases_are_there() -> None:
    assert len(CASES["inclusion"]) == len(CASES["consistency"]) == 98


class Kept:
    """Tiles in a dictionary, grown in batches as the sequencer grows them."""

    def __init__(self) -> None:
        self.tiles: dict[tiles.Tile, bytes] = {}
        self.size, self.root = 0, tree.EMPTY_ROOT

    def grow(self, hashes: list[bytes]) -> None:
        changed, self.root = tiles.append(self.size, self.read(tiles.edge(self.size)), hashes)
        self.tiles |= changed
        self.size += len(hashes)

    def read(self, wanted: Any) -> dict[tiles.Tile, bytes]:
        return {tile: self.tiles[tile] for tile in wanted if tile in self.tiles}

    def nodes(self, wanted: Any) -> list[bytes]:
        return tiles.nodes(wanted, self.read)


def test_tiles_roots_and_proofs_agree_with_pymerkle() -> None:
    chance = random.Random(6962)
    oracle, kept = InmemoryTree(algorithm="sha256"), Kept()
    data, sizes = [], []
    while kept.size < 1200:
        batch = [chance.randbytes(12) for _ in range(chance.choice((1, 2, 7, 64, 255, 256, 257, 300)))]
        data += batch
        for one in batch:
            oracle.append_entry(one)
        kept.grow([tree.leaf_hash(one) for one in batch])
        assert kept.root == oracle.get_root()
        sizes.append(kept.size)
    for size in [*sizes, 1, 2, 3, 256, 511, 512, 513]:
        assert tree.root_of(size, kept.nodes) == oracle.get_root(size)
        for index in {0, size - 1, chance.randrange(size)}:
            proof = tree.inclusion_proof(index, size, kept.nodes)
            tree.verify_inclusion(index, size, tree.leaf_hash(data[index]), proof, oracle.get_root(size))
        old = chance.randrange(1, size + 1)
        proof = tree.consistency_proof(old, size, kept.nodes)
        tree.verify_consistency(old, size, proof, oracle.get_root(old), oracle.get_root(size))


def test_every_proof_of_every_small_tree_holds_and_no_other_does() -> None:
    hashes = [tree.leaf_hash(bytes([number])) for number in range(20)]
    kept = Kept()
    kept.grow(hashes)
    roots = [tree.root(hashes[:size]) for size in range(21)]
    for size in range(1, 21):
        for index in range(size):
            proof = tree.inclusion_proof(index, size, kept.nodes)
            tree.verify_inclusion(index, size, hashes[index], proof, roots[size])
            for other in range(size):
                if other != index:
                    with pytest.raises(LogError):
                        tree.verify_inclusion(other, size, hashes[index], proof, roots[size])
        for old in range(1, size + 1):
            proof = tree.consistency_proof(old, size, kept.nodes)
            tree.verify_consistency(old, size, proof, roots[old], roots[size])
            for place in range(len(proof)):
                with pytest.raises(LogError):
                    tree.verify_consistency(old, size, proof[:place] + proof[place + 1 :], roots[old], roots[size])


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (6, 5), (-1, 5)])
def test_nothing_is_consistent_with_an_empty_tree(old: int, new: int) -> None:
    with pytest.raises(LogError):
        tree.consistency_proof(old, new, Kept().nodes)
    with pytest.raises(LogError):
        tree.verify_consistency(old, new, [], tree.EMPTY_ROOT, tree.EMPTY_ROOT)


def test_tiles_of_another_tree_are_refused() -> None:
    kept = Kept()
    kept.grow([tree.leaf_hash(b"one"), tree.leaf_hash(b"two")])
    with pytest.raises(LogError):
        tiles.append(3, kept.tiles, [tree.leaf_hash(b"three")])
    with pytest.raises(LogError):
        tree.inclusion_proof(0, 300, kept.nodes)


# --- canonical JSON -------------------------------------------------------------------------------


def test_json_is_written_as_rfc_8785_says() -> None:
    """The string and the order of keys of its sections 3.2.2.2 and 3.2.3, without the fractions."""
    value = {
        "€": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew",
        "1": "One",
        "😀": "Smiley",
        "\x80": "C1",
        "ö": "O",
    }
    assert list(json.loads(canonical.write(value))) == ["\r", "1", "\x80", "ö", "€", "😀", "\ufb33"]
    written = canonical.write({"s": '€$\x0f\nA\'B"\\\\"/', "n": None, "i": -5})
    assert written == '{"i":-5,"n":null,"s":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()
    assert canonical.read(written) == {"s": '€$\x0f\nA\'B"\\\\"/', "n": None, "i": -5}


@pytest.mark.parametrize("value", [1.0, True, 2**53, "\ud800", {"\udfff": 1}, {1: 2}, b"x", float("nan")])
def test_what_has_no_one_form_is_refused(value: Any) -> None:
    with pytest.raises(LogError):
        canonical.write(value)


@pytest.mark.parametrize(
    "raw",
    [b'{"a":1,"a":1}', b'{"a": 1}', b'{"b":1,"a":2}', b"1.0", b"true", b"[1,]", b"\xff", b'"\\u0041"', b"[" * 99999],
)
def test_what_is_not_canonical_is_not_read(raw: bytes) -> None:
    with pytest.raises(LogError):
        canonical.read(raw)


# --- leaves and receipts --------------------------------------------------------------------------


def test_a_leaf_is_the_bytes_that_the_page_describes() -> None:
    assert (
        ENTRY.leaf(7)
        == (
            '{"action":"vote","cancels":null,"commitment":"' + "cd" * 32 + '","id":"' + "0f" * 16 + '",'
            '"petition":"85ydnuw5hx6b","revision":1,"sequence":7,"source":"eds","text_sha256":"' + "ab" * 32 + '",'
            '"time":"2026-11-24T06:30:00Z","v":1}'
        ).encode()
    )
    assert leaves.read_leaf(ENTRY.leaf(7)) == (7, ENTRY)


def test_a_commitment_is_the_hash_that_the_page_describes() -> None:
    salt, cms, tag = b"s" * 32, b"c" * 32, b"\x01" + b"t" * 32
    assert leaves.commitment(salt=salt, cms_sha256=cms, signer_tag=tag) == (
        hashlib.sha256(b"halyq-uni/commitment/v1\n" + salt + cms + tag).hexdigest()
    )
    none = leaves.commitment(salt=salt, cms_sha256=None, signer_tag=tag)
    assert none == leaves.commitment(salt=salt, cms_sha256=bytes(32), signer_tag=tag)
    with pytest.raises(LogError):
        leaves.commitment(salt=salt[1:], cms_sha256=cms, signer_tag=tag)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "0F" * 16}, {"id": None}, {"petition": "a b"}, {"revision": -1}, {"revision": True}, {"revision": "1"},
        {"text_sha256": ""}, {"action": "steal"}, {"cancels": "0f" * 16}, {"action": "withdraw"}, {"source": "fax"},
        {"commitment": "cd" * 31}, {"time": "2026-11-24 06:30:00"}, {"v": 2}, {"more": 1},
    ],
    ids=str,
)  # fmt: skip
def test_an_entry_that_is_not_of_its_form_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(LogError):
        leaves.Entry.from_json({**ENTRY.as_json(), **change})


def test_a_receipt_holds_and_no_changed_one_does() -> None:
    private = Ed25519PrivateKey.from_private_bytes(GO_SEED)
    public = private.public_key().public_bytes_raw()
    receipt = leaves.sign_receipt("localhost/log/85ydnuw5hx6b", ENTRY, public_key=public, sign=private.sign)
    assert leaves.verify_receipt(receipt, [public]) == ("localhost/log/85ydnuw5hx6b", ENTRY)
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    bad: list[dict[str, Any]] = [
        {"origin": "elsewhere/log/85ydnuw5hx6b"},
        {"entry": {**ENTRY.as_json(), "revision": 2}},
        {"signature": receipt["signature"][:-4] + "AAA="},
        {"key": base64.b64encode(other).decode()},
        {"v": 2},
        {"more": 1},
        {"entry": None},
    ]
    for change in bad:
        with pytest.raises(LogError):
            leaves.verify_receipt({**receipt, **change}, [public])
    with pytest.raises(LogError):
        leaves.verify_receipt(receipt, [other])


# --- notes ----------------------------------------------------------------------------------------


def test_the_note_of_the_reference_implementation_opens_and_is_written_alike() -> None:
    key = notes.Key.from_line(GO_KEY)
    assert key.line == GO_KEY
    assert notes.Note.parse(GO_NOTE).verify([key]) == (key,)
    assert notes.sign_note(GO_TEXT, key, Ed25519PrivateKey.from_private_bytes(GO_SEED).sign) == GO_NOTE


def test_a_changed_note_a_foreign_key_and_a_broken_line_are_refused() -> None:
    key = notes.Key.from_line(GO_KEY)
    for bad in (
        GO_NOTE.replace("cryptography", "cryptographY"),
        GO_NOTE.replace("— Peter", "- Peter"),
        GO_NOTE[:-1],
        GO_NOTE.replace("\n\n", "\n"),
        GO_NOTE.replace("x08go", "x08gp"),
        GO_NOTE.replace("the answer", "the\x07answer"),
        GO_NOTE + GO_NOTE.splitlines(keepends=True)[-1] * 64,
    ):
        with pytest.raises(LogError):
            notes.Note.parse(bad).verify([key])
    for bad in (GO_KEY[1:], GO_KEY[:-1], GO_KEY.replace("c74", "c75"), "a+b", "", GO_KEY.replace("+AR", "+BR")):
        with pytest.raises(LogError):
            notes.Key.from_line(bad)


def test_a_line_of_an_unknown_key_is_passed_over() -> None:
    key = notes.Key.from_line(GO_KEY)
    foreign = "— witness.example/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqg==\n"
    more = GO_NOTE + foreign
    assert notes.Note.parse(more).verify([key]) == (key,)


def test_a_checkpoint_is_three_lines_and_nothing_else() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    head = notes.Checkpoint.parse(text)
    assert (head.size, head.text) == (20852163, text)
    for bad in (
        text + "more\n",
        text[:-1],
        text.replace("2085", "02085"),
        text.replace("2085", "-2085"),
        "\n" + text,
        "",
    ):
        with pytest.raises(LogError):
            notes.Checkpoint.parse(bad)


def test_a_witness_signs_the_time_with_the_head() -> None:
    private = Ed25519PrivateKey.from_private_bytes(GO_SEED)
    key = notes.Key("witness.example/w1", private.public_key().public_bytes_raw(), notes.COSIGNATURE)
    text = notes.Checkpoint("localhost/log/heads", 5, b"r" * 32).text
    (line,) = notes.parse_lines(notes.cosign(text, key, private.sign, seconds=1679315147))
    private.public_key().verify(line.signature[8:], f"cosignature/v1\ntime 1679315147\n{text}".encode())
    assert notes.verify_cosignature(line, key, text) == 1679315147
    assert key.id == hashlib.sha256(b"witness.example/w1\n\x04" + key.public).digest()[:4]
    later = notes.Line(line.name, line.key_id, (1679315148).to_bytes(8) + line.signature[8:])
    for bad, said in (
        (later, text),
        (line, text.replace("5", "6")),
        (notes.Line("other", line.key_id, line.signature), text),
    ):
        with pytest.raises(LogError):
            notes.verify_cosignature(bad, key, said)
