"""Where the stand-in meets the demo PKI: its people, its key files, its maker of signatures."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from dateutil.relativedelta import relativedelta

from demo.ncalayer.desk import CmsStamper, DemoKey, Mode
from demo.ncalayer.keys import DemoPerson, KeyRing, load_ring
from portal import clock
from signatures.eds import demo_people
from signatures.eds.demo_people import Shape
from signatures.eds.demo_pki import DemoPki, is_complete
from signatures.eds.issuing import Holder
from signatures.eds.signing import sign_detached, stamped
from signatures.eds.signing_keys import GostKey, RsaKey

FULL_AGE = 18
"""From it a citizen may vote for a petition."""


def make_cms(content: bytes, key: DemoKey, attached: bool) -> bytes:
    """Sign as NCALayer does: CAdES-BES with a demo key."""
    holder = _holder(key)
    return sign_detached(content, holder.key, holder.raw, at=clock.now(), attached=attached)


def _holder(key: DemoKey) -> Holder:
    certificate, private = key.certificate.public_bytes(Encoding.DER), key.private_key
    if isinstance(private, RSAPrivateKey):
        return Holder(certificate, RsaKey(private))
    if isinstance(private, GostKey):
        return Holder(certificate, private)
    raise TypeError(f"{key.person} has a key that signs nothing here.")


def make_stamp(pki: DemoPki) -> CmsStamper:
    """Return what puts a time stamp on a signature as NCALayer does, with the demo's authority for the national one."""

    def stamp(cms: bytes, key: DemoKey, mode: Mode) -> bytes:
        stamper = pki.stamper(_holder(key), at=clock.now(), foreign=mode is Mode.FOREIGN_STAMP)
        if mode is Mode.BAD_STAMP:
            return stamped(cms, lambda signature: stamper(b"another signature"))
        return stamped(cms, stamper)

    return stamp


def demo_ring(directory: Path) -> KeyRing:
    """The key files that `manage.py demo_pki` made in this directory."""
    people = [
        DemoPerson(
            id=person.slug,
            name=f"{person.surname.title()} {person.given_name} {person.patronymic}".strip(),
            kind=_kind(person),
        )
        for person in demo_people.PEOPLE
    ]
    stamp = make_stamp(DemoPki(directory)) if is_complete(directory) else None
    return load_ring(directory / "people", demo_people.PASSWORD.encode(), people, stamp)


def _kind(person: demo_people.DemoPerson) -> str:
    """The word for what is peculiar about the person; `page` has the sentences."""
    if person.shape is not Shape.ORDINARY:
        return str(person.shape)
    return "minor" if relativedelta(clock.now().date(), person.birth_date).years < FULL_AGE else str(person.kind)
