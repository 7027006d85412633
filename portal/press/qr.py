"""QR codes (ISO/IEC 18004), as squares to draw and as a picture for a page."""

import segno


def squares(address: str) -> list[list[bool]]:
    """Return the code's rows of dark and light modules, without the quiet zone. Level Q: a quarter may be torn off."""
    return [[bool(module) for module in row] for row in segno.make(address, error="q", micro=False).matrix]


def picture(address: str) -> str:
    """Return the code as a `data:` address of an SVG picture, dark on white with its quiet zone."""
    return str(
        segno.make(address, error="q", micro=False).svg_data_uri(scale=6, border=4, light="#fff", dark="#17242a")
    )
