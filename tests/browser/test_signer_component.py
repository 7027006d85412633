"""People sign in a real browser: through NCALayer, with their key file, and without scripts.

What arrives is judged by OpenSSL over the bytes the server issued, not by this project's own code.
"""

import base64
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates
from playwright.sync_api import Browser, Page, expect
from websockets.sync.server import ServerConnection, serve

from demo.ncalayer.control import Choice
from demo.ncalayer.desk import Desk as DemoDesk
from demo.ncalayer.keys import KeyRing
from demo.ncalayer.protocol import GREETING, Mode, answer
from tests.browser.key_files import STREEBOG_512, write_gost_key_file
from tests.browser.signing_desk import TEXT, SigningDesk, ncalayer, serving
from tests.signatures.demo_ring import (
    AUTH,
    INDIVIDUAL,
    PASSWORD,
    SIGN,
    make_ring,
    plain_cms,
    verifies,
    write_key_file,
)


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return make_ring(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def choice(ring: KeyRing) -> Choice:
    return Choice(ring, person="aliya")


@pytest.fixture
def desk(choice: Choice) -> Iterator[SigningDesk]:
    """A page beside a running stand-in."""
    with (
        ncalayer(choice, plain_cms) as running,
        serving(SigningDesk(running.url, running.control_url)) as desk,
    ):
        yield desk


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """Whatever the browser complains of in its console; a page that breaks the policy complains there."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    yield heard
    assert [text for text in heard if "favicon" not in text and "404" not in text] == []


def signature(desk: SigningDesk) -> bytes:
    [fields] = desk.received
    assert fields["token"] == b"token-of-the-server"
    lines = fields["cms"].decode().strip().splitlines()
    return base64.b64decode("".join(line for line in lines if not line.startswith("-----")))


def signer_name(cms: bytes) -> str:
    [certificate] = load_der_pkcs7_certificates(cms)
    return certificate.subject.rfc4514_string()


def trouble(page: Page, code: str) -> None:
    """The explanation is shown, has the focus, and names what to do."""
    panel = page.locator('[data-part="trouble"]')
    expect(panel).to_be_visible()
    expect(panel).to_have_attribute("data-code", code)
    expect(panel).to_be_focused()


def with_ncalayer(page: Page) -> None:
    page.get_by_role("button", name="Sign with NCALayer").click()


def with_key_file(page: Page, file: Path, password: str) -> None:
    if not page.get_by_label("Key file (.p12)").is_visible():
        page.get_by_text("Sign with a key file, without NCALayer").click()
    page.get_by_label("Key file (.p12)").set_input_files(file)
    page.get_by_label("Password of the key file").fill(password)
    page.get_by_role("button", name="Sign with the key file").click()


def received(page: Page) -> None:
    expect(page.get_by_role("heading", name="Received")).to_be_visible()


def test_aliya_signs_through_ncalayer_exactly_the_text_she_saw(
    page: Page, desk: SigningDesk, complaints: list[str], tmp_path: Path
) -> None:
    page.goto(desk.url)
    assert page.locator("pre").evaluate("pre => pre.textContent") == TEXT
    with_ncalayer(page)
    received(page)
    assert verifies(signature(desk), TEXT.encode(), tmp_path)
    assert "Әлия" in signer_name(signature(desk))


def test_an_older_ncalayer_that_answers_with_a_string_is_understood(
    page: Page, desk: SigningDesk, choice: Choice, tmp_path: Path
) -> None:
    choice.behave(Mode.OK_STRING)
    page.goto(desk.url)
    with_ncalayer(page)
    received(page)
    assert verifies(signature(desk), TEXT.encode(), tmp_path)


def test_a_newcomer_chooses_whose_demo_key_signs(page: Page, desk: SigningDesk) -> None:
    page.goto(desk.url)
    page.get_by_label("Demo: whose key signs").select_option("Болат Ержанов")
    with_ncalayer(page)
    received(page)
    assert "Болат" in signer_name(signature(desk))


def test_when_ncalayer_is_not_running_the_page_says_what_to_do_and_tries_again(
    page: Page, choice: Choice, tmp_path: Path
) -> None:
    with ncalayer(choice, plain_cms) as gone:
        port = int(gone.url.rsplit(":", 1)[1])
    with serving(SigningDesk(f"ws://127.0.0.1:{port}")) as desk:
        page.goto(desk.url)
        with_ncalayer(page)
        trouble(page, "not_running")
        expect(page.get_by_text("Start NCALayer. Its icon appears near the clock.")).to_be_visible()
        with ncalayer(choice, plain_cms, port=port):
            page.get_by_role("button", name="Try again").click()
            received(page)
        assert verifies(signature(desk), TEXT.encode(), tmp_path)


def test_nothing_is_sent_when_signing_fails_and_the_next_attempt_succeeds(
    page: Page, desk: SigningDesk, choice: Choice
) -> None:
    page.goto(desk.url)
    page.get_by_label("Comment").fill("typed before")
    for mode, code in (
        (Mode.CANCEL, "cancelled"),
        (Mode.DROP, "dropped"),
        (Mode.ERROR, "refused_key"),
        (Mode.ERROR_GENERAL, "refused_general"),
        (Mode.ERROR_PARAMETERS, "refused_parameters"),
        (Mode.ERROR_INVOCATION, "refused_request"),
        (Mode.OUTDATED, "outdated"),
        (Mode.STRANGER, "not_understood"),
    ):
        choice.behave(mode)
        with_ncalayer(page)
        trouble(page, code)
    assert desk.received == []
    choice.behave(Mode.OK)
    page.get_by_role("button", name="Try again").click()
    received(page)
    assert desk.received[0]["comment"] == b"typed before"


def test_another_way_is_offered_when_one_does_not_work(page: Page, desk: SigningDesk, choice: Choice) -> None:
    choice.behave(Mode.CANCEL)
    page.goto(desk.url)
    with_ncalayer(page)
    trouble(page, "cancelled")
    page.get_by_role("button", name="Choose another way").click()
    expect(page.locator('[data-part="trouble"]')).to_be_hidden()
    expect(page.get_by_text("Sign with a key file, without NCALayer")).to_be_focused()


def test_a_browser_that_forbids_the_connection_is_told_apart_from_a_program_that_is_not_running(
    page: Page, choice: Choice
) -> None:
    with ncalayer(choice, plain_cms) as running:
        # The page's own policy names 127.0.0.1 only.
        address = running.url.replace("127.0.0.1", "localhost")
        with serving(SigningDesk(address)) as desk:
            page.goto(desk.url)
            with_ncalayer(page)
            trouble(page, "blocked")


def test_a_connection_that_breaks_before_the_person_is_asked_is_opened_anew_once(
    page: Page, ring: KeyRing, tmp_path: Path
) -> None:
    calls: list[str] = []

    def converse(socket: ServerConnection) -> None:
        socket.send(GREETING)
        for frame in socket:
            calls.append(json.loads(frame)["method"])
            if len(calls) == 1:
                return
            socket.send(answer(str(frame), DemoDesk(Mode.OK, ring.of("aliya"), [], plain_cms)))

    with serve(converse, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        with serving(SigningDesk(f"ws://127.0.0.1:{server.socket.getsockname()[1]}")) as desk:
            page.goto(desk.url)
            with_ncalayer(page)
            received(page)
        server.shutdown()
        thread.join(10)
    assert calls == ["getVersion", "getVersion", "sign"]
    assert verifies(signature(desk), TEXT.encode(), tmp_path)


def test_a_double_click_and_a_second_tab_open_one_window_of_ncalayer_only(
    page: Page, desk: SigningDesk, choice: Choice
) -> None:
    choice.behave(Mode.SLOW)
    page.goto(desk.url)
    other = page.context.new_page()
    other.goto(desk.url)
    page.evaluate("for (let i = 0; i < 3; i++) document.querySelector('[data-part=with-ncalayer]').click()")
    expect(page.get_by_role("status")).to_contain_text("Step 2 of 3")
    with_ncalayer(other)
    trouble(other, "other_tab")
    received(page)
    assert len(desk.received) == 1


def test_a_person_who_sees_no_window_is_told_where_to_look(page: Page, desk: SigningDesk, choice: Choice) -> None:
    choice.behave(Mode.SLOW)
    desk.attributes = 'data-slow-after="50"'
    page.goto(desk.url)
    with_ncalayer(page)
    expect(page.get_by_role("status")).to_contain_text("NCALayer is still waiting for you")
    received(page)


def test_the_way_that_worked_is_offered_first_the_next_time(page: Page, desk: SigningDesk, tmp_path: Path) -> None:
    write_key_file(tmp_path / "key.p12", "Сәуле", [SIGN, INDIVIDUAL])
    page.goto(desk.url)
    expect(page.locator("[data-way]").first).to_have_attribute("data-way", "ncalayer")
    with_key_file(page, tmp_path / "key.p12", PASSWORD)
    received(page)
    page.goto(desk.url)
    expect(page.locator("[data-way]").first).to_have_attribute("data-way", "key")
    assert page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})") == '{"signing-way":"key"}'


def test_heartbeats_while_the_person_chooses_a_key_are_not_taken_for_the_signature(
    page: Page, desk: SigningDesk, choice: Choice, tmp_path: Path
) -> None:
    choice.behave(Mode.SLOW)
    desk.attributes = 'data-heartbeat="100"'
    page.goto(desk.url)
    with_ncalayer(page)
    received(page)
    assert verifies(signature(desk), TEXT.encode(), tmp_path)


def test_a_silent_ncalayer_is_given_up_in_time(page: Page, desk: SigningDesk, choice: Choice) -> None:
    choice.behave(Mode.SLOW)
    desk.attributes = 'data-sign-timeout="300"'
    page.goto(desk.url)
    with_ncalayer(page)
    trouble(page, "timed_out")
    assert desk.received == []


def test_the_person_can_stop_waiting(page: Page, desk: SigningDesk, choice: Choice) -> None:
    choice.behave(Mode.SLOW)
    page.goto(desk.url)
    with_ncalayer(page)
    expect(page.get_by_role("status")).to_contain_text("Step 2 of 3")
    expect(page.get_by_role("button", name="Stop signing")).to_be_focused()
    page.get_by_role("button", name="Stop signing").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing has been signed or sent")
    expect(page.get_by_role("button", name="Sign with NCALayer")).to_be_focused()
    assert desk.received == []


def test_a_text_that_was_changed_on_the_way_is_not_signed(page: Page, desk: SigningDesk) -> None:
    page.goto(desk.url)
    page.locator("pre").evaluate("pre => { pre.textContent = pre.textContent.replace('иә', 'жоқ') }")
    with_ncalayer(page)
    trouble(page, "changed_text")
    assert desk.received == []


def test_enter_in_another_field_does_not_send_an_unsigned_form(page: Page, desk: SigningDesk) -> None:
    page.goto(desk.url)
    page.get_by_label("Comment").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Choose how you want to sign first.")
    assert desk.received == []


@pytest.mark.parametrize("legacy", [False, True], ids=["AES", "3DES"])
def test_a_key_file_signs_in_the_page_and_never_leaves_it(
    page: Page, desk: SigningDesk, complaints: list[str], tmp_path: Path, *, legacy: bool
) -> None:
    write_key_file(tmp_path / "key.p12", "Сәуле", [SIGN, INDIVIDUAL], legacy=legacy)
    sent: list[bytes] = []
    page.on("request", lambda request: sent.append(request.url.encode() + b"\n" + (request.post_data_buffer or b"")))
    page.on("websocket", lambda socket: sent.append(b"websocket " + socket.url.encode()))
    page.goto(desk.url)
    with_key_file(page, tmp_path / "key.p12", PASSWORD)
    received(page)
    assert verifies(signature(desk), TEXT.encode(), tmp_path)
    assert "Сәуле" in signer_name(signature(desk))
    assert set(desk.received[0]) == {"token", "cms", "comment", "cms_file"}
    assert all(one.startswith(desk.url.encode()) or b"/people\n" in one for one in sent)
    assert len([one for one in sent if one.partition(b"\n")[2]]) == 1
    everything = b"\n".join(sent)
    file = (tmp_path / "key.p12").read_bytes()
    for secret in (PASSWORD, quote(PASSWORD), quote_plus(PASSWORD)):
        assert secret.encode() not in everything
    assert not any(base64.b64encode(file[start : start + 30]) in everything for start in range(3))
    assert file[:30] not in everything


def test_a_key_file_of_a_ten_year_old_program_signs_too(
    page: Page, desk: SigningDesk, complaints: list[str], tmp_path: Path
) -> None:
    page.goto(desk.url)
    with_key_file(page, Path(__file__).parent / "recorded" / "rc2-40.p12", "secret-2026")
    received(page)
    assert verifies(signature(desk), TEXT.encode(), tmp_path)
    assert "Ескі" in signer_name(signature(desk))


def test_a_wrong_password_is_said_and_can_be_mended(page: Page, desk: SigningDesk, tmp_path: Path) -> None:
    write_key_file(tmp_path / "key.p12", "Сәуле", [SIGN, INDIVIDUAL])
    page.goto(desk.url)
    with_key_file(page, tmp_path / "key.p12", "not the password")
    trouble(page, "wrong_password")
    page.get_by_label("Password of the key file").fill(PASSWORD)
    page.get_by_role("button", name="Try again").click()
    received(page)


def test_an_authentication_key_is_refused_before_it_signs(page: Page, desk: SigningDesk, tmp_path: Path) -> None:
    write_key_file(tmp_path / "AUTH.p12", "Сәуле", [AUTH, INDIVIDUAL])
    page.goto(desk.url)
    with_key_file(page, tmp_path / "AUTH.p12", PASSWORD)
    trouble(page, "not_for_signing")
    assert desk.received == []


def test_a_gost_key_file_is_told_apart_from_a_wrong_password_and_sent_to_the_programs_that_know_it(
    page: Page, desk: SigningDesk, tmp_path: Path
) -> None:
    write_gost_key_file(tmp_path / "GOST512.p12", PASSWORD)
    write_gost_key_file(tmp_path / "sealed.p12", PASSWORD, seal=STREEBOG_512)
    page.goto(desk.url)
    with_key_file(page, tmp_path / "GOST512.p12", "not the password")
    trouble(page, "wrong_password")
    with_key_file(page, tmp_path / "GOST512.p12", PASSWORD)
    trouble(page, "not_rsa")
    expect(page.get_by_text("Use NCALayer or eGov Mobile: both know it.")).to_be_visible()
    with_key_file(page, tmp_path / "sealed.p12", "not the password")
    trouble(page, "not_rsa")
    assert desk.received == []


def test_a_file_that_holds_no_key_is_named_so(page: Page, desk: SigningDesk, tmp_path: Path) -> None:
    (tmp_path / "photo.p12").write_bytes(b"\xff\xd8\xff a photograph")
    page.goto(desk.url)
    with_key_file(page, tmp_path / "photo.p12", PASSWORD)
    trouble(page, "not_a_key_file")


def test_without_scripts_the_text_is_downloaded_and_the_signature_uploaded(
    browser: Browser, desk: SigningDesk, ring: KeyRing, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(desk.url)
    expect(page.get_by_role("button", name="Sign with NCALayer")).to_be_hidden()
    page.get_by_text("Sign elsewhere and upload the signature").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the text as a file").click()
    text = Path(download.value.path()).read_bytes()
    assert text == TEXT.encode()
    signed = plain_cms(text, ring.of("aliya")[0], False)
    (tmp_path / "statement.p7s").write_bytes(signed)
    page.get_by_label("Choose the signature file (.p7s)").set_input_files(tmp_path / "statement.p7s")
    page.get_by_role("button", name="Send the uploaded signature").click()
    received(page)
    [fields] = desk.received
    assert fields["token"] == b"token-of-the-server"
    assert fields["cms_file"] == signed
    context.close()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_component_fits_a_narrow_phone_and_is_accessible(
    page: Page, desk: SigningDesk, choice: Choice, language: str
) -> None:
    desk.language = language
    choice.behave(Mode.CANCEL)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(desk.url)
    for summary in page.locator("summary").all():
        summary.click()
    page.locator('[data-part="with-ncalayer"]').click()
    expect(page.locator('[data-part="trouble"]')).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
