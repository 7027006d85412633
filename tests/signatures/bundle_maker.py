"""Bundles as docs/signatures.md describes them, made without a line of the portal's own log: material for the verifier.

Everything may be spoilt on the way: `spoil` gets the files before the list of their hashes is written, as a portal that cheats
would do it; `spoil_late` after it, as somebody who meddles with the download.
"""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signatures.eds.demo_pki import DemoPki, DemoSource
from signatures.eds.issuing import Holder
from signatures.eds.revocation import request_for
from signatures.eds.signing_keys import RsaKey

HOST = "halyq.test"
CODE = "abcdefgh2345"
TEXT = hashlib.sha256(b"the frozen text").hexdigest()
Files = dict[str, bytes]


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def element(tag: int, *parts: bytes) -> bytes:
    """One DER element around the parts."""
    body = b"".join(parts)
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (size if len(body) < 0x80 else bytes([0x80 | len(size)]) + size) + body


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written there: by halves."""
    if not leaves:
        return sha()
    if len(leaves) == 1:
        return sha(b"\0", leaves[0])
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\1", root_of(leaves[:half]), root_of(leaves[half:]))


def path_of(place: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1."""
    if len(leaves) <= 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if place < half:
        return [*path_of(place, leaves[:half]), root_of(leaves[half:])]
    return [*path_of(place - half, leaves[half:]), root_of(leaves[:half])]


@dataclass
class LogKeeper:
    """Signs heads and receipts with a key of its own, for one log."""

    origin: str
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    kind: int = 1

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def id(self) -> bytes:
        return sha(self.origin.encode(), b"\n", bytes([self.kind]), self.public)[:4]

    @property
    def line(self) -> str:
        return f"{self.origin}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def signature_line(self, signature: bytes) -> str:
        return f"— {self.origin} {base64.b64encode(self.id + signature).decode()}\n"

    def checkpoint(self, leaves: list[bytes]) -> str:
        text = f"{self.origin}\n{len(leaves)}\n{base64.b64encode(root_of(leaves)).decode()}\n"
        return text + "\n" + self.signature_line(self.private.sign(text.encode()))

    def cosign(self, note: str, seconds: int) -> str:
        """As a witness: one more line under the note."""
        text = note.rpartition("\n\n")[0] + "\n"
        message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
        return note + self.signature_line(seconds.to_bytes(8, "big") + self.private.sign(message))


def entry(number: int, at: datetime, **changes: Any) -> dict[str, Any]:
    made = {
        "v": 1, "id": f"{number:032x}", "petition": CODE, "revision": 1, "text_sha256": TEXT, "action": "vote",
        "cancels": None, "source": "eds", "commitment": sha(f"somebody {number}".encode()).hex(),
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
    }  # fmt: skip
    return {**made, **changes}


def statement(at: datetime, code: str = CODE) -> bytes:
    until = (at + timedelta(minutes=15)).isoformat(sep=" ")
    return (
        f"Portal: https://{HOST}\nPurpose: Vote for [vote]\nObject: initiative:{code} [1]\nTitle: Trees\n"
        f"Checksum of the text (SHA-256): {TEXT}\nChoice: I support it [support]\nSingle-use number: 00ff\n"
        f"Valid until: {until}\n"
    ).encode()


class StampAuthority:
    """Makes RFC 3161 tokens with a certificate of the demo's issuing authority."""

    def __init__(self, issuer: Holder, at: datetime, *, is_stamper: bool = True) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        use = ExtendedKeyUsageOID.TIME_STAMPING if is_stamper else ExtendedKeyUsageOID.CODE_SIGNING
        assert isinstance(issuer.key, RsaKey)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ДЕМО TSA")]))
            .issuer_name(issuer.certificate.subject)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - timedelta(days=30))
            .not_valid_after(at + timedelta(days=30))
            .add_extension(x509.ExtendedKeyUsage([use]), critical=True)
            .sign(issuer.key.private, hashes.SHA256())
        )

    def stamp(self, data: bytes, at: datetime) -> bytes:
        """Return a token over SHA-256 of the data."""
        algorithm = bytes.fromhex("300d06096086480165030402010500")
        imprint = element(0x30, algorithm, element(0x04, sha(data)))
        time = element(0x18, f"{at:%Y%m%d%H%M%SZ}".encode())
        policy, number = bytes.fromhex("06032a0304"), b"\x02\x01\x07"
        info = element(0x30, b"\x02\x01\x01", policy, imprint, number, time)
        raw = self.certificate.public_bytes(Encoding.DER)
        kind = bytes.fromhex("060b2a864886f70d0109100104")
        reference = element(0x30, element(0x30, element(0x30, element(0x04, sha(raw)))))
        pairs = [
            (bytes.fromhex("06092a864886f70d010903"), kind),
            (bytes.fromhex("06092a864886f70d010904"), element(0x04, sha(info))),
            (bytes.fromhex("060b2a864886f70d010910022f"), reference),
        ]
        attributes = element(0x31, *sorted(element(0x30, name, element(0x31, value)) for name, value in pairs))
        issuer = self.certificate.issuer.public_bytes()
        serial = self.certificate.serial_number
        signer = element(
            0x30, b"\x02\x01\x01",
            element(0x30, issuer, element(0x02, serial.to_bytes(serial.bit_length() // 8 + 1, "big"))),
            algorithm, b"\xa0" + attributes[1:], bytes.fromhex("300d06092a864886f70d01010b0500"),
            element(0x04, self.key.sign(attributes, padding.PKCS1v15(), hashes.SHA256())),
        )  # fmt: skip
        signed = element(
            0x30, b"\x02\x01\x03", element(0x31, algorithm), element(0x30, kind, element(0xA0, element(0x04, info))),
            element(0xA0, raw), element(0x31, signer),
        )  # fmt: skip
        return element(0x30, bytes.fromhex("06092a864886f70d010702"), element(0xA0, signed))


class Maker:
    """A log of a petition, its archive, and one vote in it whose voter knows everything."""

    def __init__(self, pki: DemoPki, at: datetime, *, person: str = "aigerim", others: int = 6) -> None:
        self.pki, self.at, self.person = pki, at, person
        self.keeper = LogKeeper(f"{HOST}/log/{CODE}")
        self.archive = LogKeeper(f"{HOST}/log/heads", self.keeper.private)
        self.witness = LogKeeper("witness.test", kind=4)
        self.tsa = StampAuthority(pki.authority.issuing, at)
        self.statement = statement(at)
        self.cms = pki.sign(person, self.statement, at=at)
        self.salt, self.tag = b"\x51" * 32, b"\x01" + b"\x77" * 32
        self.others, self.place = others, others // 2

    def commitment(self) -> str:
        return sha(b"halyq-uni/commitment/v1\n", self.salt, sha(self.cms), self.tag).hex()

    def entries(self) -> list[dict[str, Any]]:
        made = [entry(number, self.at) for number in range(self.others + 1)]
        made[self.place]["commitment"] = self.commitment()
        made.append(entry(99, self.at, action="withdraw", cancels=made[0]["id"]))
        return made

    def leaves(self) -> list[bytes]:
        return [canonical({**one, "sequence": number}) for number, one in enumerate(self.entries())]

    def ocsp(self) -> bytes:
        store = self.pki.trust_store()
        leaf = _parsed(self.pki.holder(self.person).raw)
        authority = store.issuer_of(leaf, self.at)
        return DemoSource(self.pki).ocsp(authority, request_for(leaf, authority), now=self.at)

    def authorities(self) -> Files:
        """The signer's issuer and its root by these names, the others by number."""
        store = self.pki.trust_store()
        issuer = store.issuer_of(_parsed(self.pki.holder(self.person).raw), self.at)
        names = {issuer.certificate.raw: "issuer"}
        if issuer.issuer is not None:
            names[issuer.issuer.certificate.raw] = "root"
        raws = [one.certificate.raw for one in store.authorities]
        return {f"certificates/{names.get(raw, number)}.der": raw for number, raw in enumerate(raws)}

    def heads(self) -> Files:
        """The petition's head, and the archive that holds it as its third leaf."""
        note = self.keeper.checkpoint(self.leaves())
        leaves = [canonical({"v": 1, "checkpoint": f"head {n}", "time": "", "sequence": n}) for n in range(2)]
        time = f"{self.at:%Y-%m-%dT%H:%M:%SZ}"
        leaves.append(canonical({"v": 1, "checkpoint": note, "time": time, "sequence": 2}))
        archived = self.archive.checkpoint(leaves)
        stamped = (archived.rpartition("\n\n")[0] + "\n").encode()
        return {
            "checkpoint.txt": note.encode(),
            "log-key.txt": f"{self.keeper.line}\n{self.archive.line}\n".encode(),
            "archive/leaf.json": leaves[2],
            "archive/inclusion.json": _proof(2, leaves),
            "archive/checkpoint.txt": self.witness.cosign(archived, int(self.at.timestamp())).encode(),
            "archive/timestamp.der": self.tsa.stamp(stamped, self.at),
        }

    def vote_files(self) -> Files:
        own, leaves = self.entries()[self.place], self.leaves()
        origin = self.keeper.origin
        message = b"halyq-uni/receipt/v1\n" + canonical({"entry": own, "origin": origin})
        receipt = {
            "v": 1, "origin": origin, "entry": own, "key": base64.b64encode(self.keeper.public).decode(),
            "signature": base64.b64encode(self.keeper.private.sign(message)).decode(),
        }  # fmt: skip
        opened = {
            "v": 1,
            "salt": self.salt.hex(),
            "cms_sha256": sha(self.cms).hex(),
            "signer_tag": self.tag.hex(),
        }
        return {
            "statement.txt": self.statement,
            "signature.p7s": self.cms,
            "revocation/ocsp.der": self.ocsp(),
            "report.json": b'{"status":"valid"}',
            "commitment.json": canonical(opened),
            "receipt.json": canonical(receipt),
            "leaf.json": leaves[self.place],
            "inclusion.json": _proof(self.place, leaves),
            **self.authorities(),
            **self.heads(),
        }

    def count_files(self) -> Files:
        leaves = self.leaves()
        earlier = [{"checkpoint": self.keeper.checkpoint(leaves[:size]), "time": ""} for size in (2, 5)]
        return {
            "leaves.ndjson": b"".join(leaf + b"\n" for leaf in leaves),
            "heads.ndjson": b"".join(canonical(one) + b"\n" for one in earlier),
            **self.authorities(),
            **self.heads(),
        }


def _proof(place: int, leaves: list[bytes]) -> bytes:
    path = [base64.b64encode(step).decode() for step in path_of(place, leaves)]
    return canonical({"v": 1, "index": place, "size": len(leaves), "proof": path})


def _parsed(raw: bytes) -> Any:
    from signatures.eds import certificate

    return certificate.parse(raw)


def pack(files: Files, *, spoil_late: Callable[[Files], None] | None = None, **facts: Any) -> bytes:
    """Return the zip: the list of hashes is of the files as they are now, `spoil_late` changes them after it."""
    manifest = {"v": 1, "kind": "vote", "files": {name: sha(raw).hex() for name, raw in files.items()}, **facts}
    files = {"manifest.json": canonical(manifest), **files}
    if spoil_late is not None:
        spoil_late(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, raw in files.items():
            packed.writestr(name, raw)
    return out.getvalue()
