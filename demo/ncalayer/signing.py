"""Where the stand-in meets the demo PKI: its people, its key files, its maker of signatures."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from demo.ncalayer.keys import DemoPerson, KeyRing, load_ring
from demo.ncalayer.protocol import DemoKey
from portal import clock
from signatures.eds import demo_people
from signatures.eds.demo_people import Shape
from signatures.eds.signing import sign_detached


def make_cms(content: bytes, key: DemoKey, attached: bool) -> bytes:
    """Sign as NCALayer does: CAdES-BES with an RSA demo key."""
    if not isinstance(key.private_key, RSAPrivateKey):
        raise TypeError(f"{key.alias} is not an RSA key.")
    certificate = key.certificate.public_bytes(Encoding.DER)
    return sign_detached(content, key.private_key, certificate, at=clock.now(), attached=attached)


def demo_ring(directory: Path) -> KeyRing:
    """The key files that `manage.py demo_pki` made in this directory."""
    people = [
        DemoPerson(
            id=person.slug,
            name=f"{person.surname.title()} {person.given_name} {person.patronymic}".strip(),
            kind=str(person.kind if person.shape is Shape.ORDINARY else person.shape),
        )
        for person in demo_people.PEOPLE
    ]
    return load_ring(directory / "people", demo_people.PASSWORD.encode(), people)
