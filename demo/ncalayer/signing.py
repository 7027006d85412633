"""Where the stand-in meets the demo PKI: its people, its key files, its maker of signatures."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from dateutil.relativedelta import relativedelta

from demo.ncalayer.keys import DemoPerson, KeyRing, load_ring
from demo.ncalayer.protocol import DemoKey
from portal import clock
from signatures.eds import demo_people
from signatures.eds.demo_people import Shape
from signatures.eds.signing import sign_detached
from signatures.eds.signing_keys import RsaKey

FULL_AGE = 18
"""From it a citizen may vote for a petition."""


def make_cms(content: bytes, key: DemoKey, attached: bool) -> bytes:
    """Sign as NCALayer does: CAdES-BES with a demo key."""
    if not isinstance(key.private_key, RSAPrivateKey):
        raise TypeError(f"{key.person} is not an RSA key.")
    certificate = key.certificate.public_bytes(Encoding.DER)
    return sign_detached(content, RsaKey(key.private_key), certificate, at=clock.now(), attached=attached)


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
    return load_ring(directory / "people", demo_people.PASSWORD.encode(), people)


def _kind(person: demo_people.DemoPerson) -> str:
    """The word for what is peculiar about the person; `page` has the sentences."""
    if person.shape is not Shape.ORDINARY:
        return str(person.shape)
    return "minor" if relativedelta(clock.now().date(), person.birth_date).years < FULL_AGE else str(person.kind)
