"""Names as people write them. The national authority's certificates write them in capitals."""


def written_name(name: str) -> str:
    """Return the name with a capital at the beginning of each part, where a certificate wrote it all in capitals.

    "НҰРЛАНОВА-ӘЛИЕВА" becomes "Нұрланова-Әлиева"; a name in mixed letters is left as it is.
    """
    return " ".join("-".join(_part(part) for part in word.split("-")) for word in name.split())


def _part(part: str) -> str:
    return part.capitalize() if part.isupper() and len(part) > 1 else part
