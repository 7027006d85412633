"""Opens the demo PKI's key files.

A file is named after its demo person: `<person>.p12` holds the RSA key, `<person>.pem` the GOST key, and what is named
`<person>.second` is the other key of somebody who has two and is a choice of its own. All demo files share one published
password; nothing here is secret.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509.oid import NameOID

from demo.ncalayer.desk import CmsStamper, DemoKey
from signatures.eds import demo_files
from signatures.eds.demo_certificates import Family


@dataclass(frozen=True)
class DemoPerson:
    """One choice in the list of people. `kind` says in a word what the person is there to show."""

    id: str
    name: str
    kind: str = ""


@dataclass(frozen=True)
class KeyRing:
    """All demo keys, and whose they are, in the order in which they are offered."""

    people: Sequence[DemoPerson]
    keys: Sequence[DemoKey]
    stamp: CmsStamper | None = None

    def of(self, person: str, family: Family = Family.GOST) -> list[DemoKey]:
        """Return the person's keys of the family, or the others where the person has none of it."""
        own = [key for key in self.keys if key.person == person]
        return [key for key in own if key.family is family] or own

    def except_of(self, person: str, family: Family = Family.GOST) -> list[DemoKey]:
        """Return everybody else's keys, those of the family first."""
        others = [key for key in self.keys if key.person != person]
        return sorted(others, key=lambda key: key.family is not family)


def load_ring(
    directory: Path, password: bytes, people: Sequence[DemoPerson] = (), stamp: CmsStamper | None = None
) -> KeyRing:
    """Open every key file of the directory; people without a table entry are named by their certificate."""
    keys = list(_load(directory, password))
    order = {person.id: place for place, person in enumerate(people)}
    table = {person.id: person for person in people}
    holders = list({key.person: _holder(key, table) for key in keys}.values())
    # A second certificate stands behind the first, keys of nobody in the table at the end.
    holders.sort(key=lambda one: (order.get(one.id, order.get(_owner(one.id), len(order))), one.id))
    return KeyRing(people=holders, keys=keys, stamp=stamp)


def _load(directory: Path, password: bytes) -> Iterator[DemoKey]:
    for path in sorted(directory.glob("*.p12")):
        store = load_pkcs12(path.read_bytes(), password)
        if store.cert is None or store.key is None:
            continue
        yield DemoKey(path.stem, store.cert.certificate, store.key)
    for path in sorted(directory.glob("*.pem")):
        holder = demo_files.read_holder(path)
        yield DemoKey(path.stem, holder.certificate, holder.key, Family.GOST)


def _holder(key: DemoKey, table: Mapping[str, DemoPerson]) -> DemoPerson:
    if key.person in table:
        return table[key.person]
    owner = table.get(_owner(key.person))
    if owner is not None:
        return DemoPerson(key.person, f"{owner.name} (2)", owner.kind)
    found = key.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return DemoPerson(key.person, str(found[0].value) if found else key.person, key.person)


def _owner(name: str) -> str:
    """`two-keys` of `two-keys.second`."""
    return name.partition(".")[0]
