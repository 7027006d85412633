"""Whatever goes wrong while a person signs is explained: no code of the scripts is without its words, and no words are idle."""

import re
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

SCRIPTS = sorted((Path(settings.BASE_DIR) / "static" / "js").glob("eds-*.js"))
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)


def explained(kind: str) -> set[str]:
    with translation.override("en"):
        page = render_to_string("signatures/signer_messages.html", {"demo_control_url": ""})
    return set(re.findall(rf'data-{kind}="(\w+)"', page))


def test_each_trouble_has_an_explanation_and_each_explanation_a_trouble() -> None:
    places = re.findall(r"(?:Trouble|#fail|#wait)\(([^)]*)\)", SOURCE) + re.findall(
        r"const ERRORS = {(.*?)};", SOURCE, re.S
    )
    thrown = {code for place in places for code in re.findall(r'"([a-z_]+)"', place)}
    assert len(thrown) > 25
    assert thrown - explained("trouble") == set()
    assert [code for code in explained("trouble") if f'"{code}"' not in SOURCE] == []


def test_each_message_that_is_said_is_there() -> None:
    said = set(re.findall(r'#?say\("(\w+)"\)', SOURCE)) | set(re.findall(r'#message\("(\w+)"\)', SOURCE))
    said |= {"on_telephone", "scan"}
    assert said == explained("message")
