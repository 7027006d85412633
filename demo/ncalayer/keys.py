"""Opens the demo PKI's key files.

A file is named after its demo person: `<person>.p12`, and `<person>-2.p12` where one person has two. All demo
files share one published password; nothing here is secret.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509.oid import NameOID

from demo.ncalayer.protocol import SIGN_USAGE, DemoKey


@dataclass(frozen=True)
class DemoPerson:
    """One choice in the list of people. `kind` says in a word what the person is there to show."""

    id: str
    name: str
    kind: str = ""


@dataclass(frozen=True)
class KeyRing:
    """All demo keys, and the people in the order in which they are offered."""

    people: Sequence[DemoPerson]
    keys: Sequence[DemoKey]

    def of(self, person: str) -> list[DemoKey]:
        """The person's keys, those for signing first, as the key dialogue would be filtered."""
        own = [key for key in self.keys if key.person == person]
        return sorted(own, key=lambda key: SIGN_USAGE not in key.usages)

    def except_of(self, person: str) -> list[DemoKey]:
        return [key for key in self.keys if key.person != person]


def load_ring(directory: Path, password: bytes, people: Sequence[DemoPerson] = ()) -> KeyRing:
    """Open every .p12 file of the directory; people without a table entry are named by their certificate."""
    known = {person.id for person in people}
    keys = list(_load(directory, password, known))
    holders = {key.person for key in keys}
    unnamed = [DemoPerson(key.person, _common_name(key), key.person) for key in keys if key.person not in known]
    named = [person for person in people if person.id in holders]
    return KeyRing(people=[*named, *dict.fromkeys(unnamed)], keys=keys)


def _load(directory: Path, password: bytes, known: Collection[str]) -> Iterator[DemoKey]:
    for path in sorted(directory.glob("*.p12")):
        store = load_pkcs12(path.read_bytes(), password)
        if store.cert is None or store.key is None:
            continue
        owner = path.stem.rpartition("-")[0]
        person = owner if path.stem not in known and owner in known else path.stem
        yield DemoKey(person, path.stem, store.cert.certificate, store.key)


def _common_name(key: DemoKey) -> str:
    found = key.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else key.person
