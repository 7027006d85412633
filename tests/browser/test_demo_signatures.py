"""What the demo people sign in the browser is judged by the portal's own verifier, as a citizen's signature would be."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from demo.ncalayer.control import Choice
from demo.ncalayer.page import note
from demo.ncalayer.protocol import Mode
from demo.ncalayer.signing import demo_ring, make_cms
from portal import clock
from signatures.eds import policy
from signatures.eds.demo_people import PASSWORD
from signatures.eds.demo_pki import DemoPki, DemoSource
from signatures.eds.errors import Code
from signatures.eds.revocation import RevocationChecker
from signatures.eds.verify import Report, Status, Verifier
from tests.browser.signing_desk import TEXT, SigningDesk, ncalayer, serving


@pytest.fixture
def pki(pki_of_today: DemoPki) -> DemoPki:
    """The browser reads the real clock."""
    return pki_of_today


@pytest.fixture
def choice(pki: DemoPki) -> Choice:
    return Choice(demo_ring(pki.directory), person="aigerim")


@pytest.fixture
def desk(choice: Choice) -> Iterator[SigningDesk]:
    with ncalayer(choice, make_cms) as running, serving(SigningDesk(running.url, running.control_url)) as desk:
        yield desk


def sign_with_ncalayer(page: Page, desk: SigningDesk) -> None:
    page.goto(desk.url)
    page.get_by_role("button", name="Sign with NCALayer").click()
    expect(page.get_by_role("heading", name="Received")).to_be_visible()


def judged(desk: SigningDesk, pki: DemoPki) -> Report:
    checker = RevocationChecker(DemoSource(pki), policy.DEMO)
    verifier = Verifier(pki.trust_store(), checker, policy.DEMO)
    return verifier.verify(desk.received[-1]["cms"], TEXT.encode(), at=clock.now())


def test_aigerim_signs_through_the_stand_in_and_the_portal_accepts(page: Page, desk: SigningDesk, pki: DemoPki) -> None:
    sign_with_ncalayer(page, desk)
    report = judged(desk, pki)
    assert report.status is Status.VALID, report.as_json()
    assert report.signer is not None
    assert report.signer.given_name == "Айгерім"


def test_the_demo_panel_chooses_between_her_gost_and_her_rsa_key(page: Page, desk: SigningDesk, pki: DemoPki) -> None:
    issuers = []
    for label in (None, "RSA key (issued until April 2024)", "GOST key, as it is issued today"):
        page.goto(desk.url)
        if label:
            page.get_by_label("Demo: which of the person's keys signs").select_option(label)
        page.get_by_role("button", name="Sign with NCALayer").click()
        expect(page.get_by_role("heading", name="Received")).to_be_visible()
        report = judged(desk, pki)
        assert (report.status, report.time_stamp is None) == (Status.VALID, False), report.as_json()
        assert report.certificate is not None
        issuers.append(report.certificate.issuer)
    rsa, gost = (authority.issuing.parsed.subject_name for authority in (pki.authority, pki.gost))
    assert issuers == [gost, rsa, gost]


def test_aigerim_signs_with_her_key_file_in_the_page_and_the_portal_accepts(
    page: Page, desk: SigningDesk, pki: DemoPki
) -> None:
    page.goto(desk.url)
    page.get_by_text("Sign with a key file, without NCALayer").click()
    page.get_by_label("Key file (.p12)").set_input_files(pki.directory / "people" / "aigerim.p12")
    page.get_by_label("Password of the key file").fill(PASSWORD)
    page.get_by_role("button", name="Sign with the key file").click()
    expect(page.get_by_role("heading", name="Received")).to_be_visible()
    report = judged(desk, pki)
    assert report.status is Status.VALID, report.as_json()


@pytest.mark.parametrize(
    ("person", "mode", "code"),
    [
        ("aigerim", Mode.TAMPERED, Code.SIGNATURE_WRONG),
        ("aigerim", Mode.AUTH_CERT, Code.USAGE_NOT_SIGNING),
        ("revoked", Mode.OK, Code.REVOKED),
        ("expired", Mode.OK, Code.EXPIRED),
        ("foreign", Mode.OK, Code.UNKNOWN_CA),
    ],
)
def test_the_portal_refuses_what_is_wrong_and_names_why(
    page: Page, desk: SigningDesk, choice: Choice, pki: DemoPki, person: str, mode: Mode, code: Code
) -> None:
    assert choice.select(person)
    choice.behave(mode)
    sign_with_ncalayer(page, desk)
    assert judged(desk, pki).code is code


def test_both_certificates_of_one_person_name_the_same_person(
    page: Page, desk: SigningDesk, choice: Choice, pki: DemoPki
) -> None:
    holders = []
    for name in ("two-keys", "two-keys.second"):
        assert choice.select(name)
        sign_with_ncalayer(page, desk)
        signer = judged(desk, pki).signer
        assert signer is not None
        holders.append(signer.iin)
    assert holders[0] == holders[1]
    assert desk.received[0]["cms"] != desk.received[1]["cms"]


def test_every_demo_person_has_a_note_and_no_note_is_missing(choice: Choice) -> None:
    assert [one.id for one in choice.ring.people if not note(one.kind, "en")] == []
