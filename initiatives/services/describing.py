"""What the open data say of themselves: Frictionless Data Package (Table Schema) and DCAT-AP 3 as JSON-LD.

Titles of the catalogue are in the three languages of the portal; names of columns are explained in English for programs, and in
the reader's language on the page.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from initiatives.selectors.datasets import DATASETS, Dataset
from initiatives.selectors.editions import File

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
PUBLISHER = {"kk": "Халық үні", "ru": "Халық үні", "en": "Halyq uni"}
MEDIA_TYPES = {
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "json": "application/json",
    "jsonld": "application/ld+json",
}
THEME = {
    "kk": "Үкімет және қоғамдық сектор",
    "ru": "Правительство и общественный сектор",
    "en": "Government and public sector",
}
LANGUAGES = ("kk", "ru", "en")
EU = "http://publications.europa.eu/resource/authority"
TITLES = {
    "kk": "Халық үні: петициялар, қоғамдық идеялар және дауыстар",
    "ru": "Халық үні: петиции, общественные идеи и голоса",
    "en": "Halyq uni: petitions, public ideas and votes",
}
TEXTS = {
    "kk": "Порталда жарияланған барлық петициялар мен идеялар, сағат бойынша дауыстар, қабылданбағандары мен себептері, "
    "шешімдер және уәделер.",
    "ru": "Все опубликованные на портале петиции и идеи, голоса по часам, отклонённые с причинами, решения и обещания.",
    "en": "All petitions and ideas published on the portal, votes by the hour, the rejected with reasons, decisions, promises.",
}


def data_package(edition: str, files: Sequence[File], at: datetime) -> str:
    """Return datapackage.json: each file with size, hash and the schema of its columns."""
    by_name = {one.name: one for one in files}
    with translation.override("en"):
        package = {
            "profile": "data-package",
            "name": "halyq-uni",
            "title": TITLES["en"],
            "description": TEXTS["en"],
            "homepage": settings.PORTAL_ORIGIN,
            "version": edition,
            "created": at.isoformat(),
            "licenses": [{"name": "CC-BY-4.0", "path": LICENCE, "title": "Creative Commons Attribution 4.0"}],
            "resources": [_resource(one, by_name[one.file_name]) for one in DATASETS],
        }
    return _json(package)


def _resource(dataset: Dataset, file: File) -> dict[str, Any]:
    about: dict[str, Any] = {
        "name": dataset.name if dataset.form == "csv" else f"{dataset.name}-{dataset.form}",
        "path": file.name,
        "title": str(dataset.title),
        "format": dataset.form,
        "mediatype": MEDIA_TYPES[dataset.form],
        "encoding": "utf-8",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }
    fields = [{"name": one.name, "type": one.type, "description": str(one.text)} for one in dataset.columns]
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if dataset.key:
        schema["primaryKey"] = list(dataset.key)
    if dataset.form == "csv":
        return {**about, "profile": "tabular-data-resource", "schema": schema}
    return {**about, "schema": schema}


def catalogue(edition: str, files: Sequence[File], at: datetime) -> str:
    """Return the DCAT-AP catalogue: one dataset with a distribution for each file."""
    here = f"{settings.PORTAL_ORIGIN}/open-data"
    by_name = {one.name: one for one in files}
    publisher = {"@id": f"{here}/#publisher", "@type": "foaf:Agent", "foaf:name": _all(PUBLISHER.get)}
    moment = {"@type": "xsd:dateTime", "@value": at.isoformat()}
    dataset = {
        "@id": f"{here}/{edition}/#dataset",
        "@type": "dcat:Dataset",
        "dct:title": _all(TITLES.get),
        "dct:description": _all(TEXTS.get),
        "dct:identifier": edition,
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:modified": moment,
        "dct:issued": moment,
        "dct:language": [_concept("language", code) for code in ("KAZ", "RUS", "ENG")],
        "dct:accrualPeriodicity": _concept("frequency", "DAILY"),
        "dct:spatial": {"@id": f"{EU}/country/KAZ", "@type": "dct:Location"},
        "dcat:theme": {**_concept("data-theme", "GOVE"), "skos:prefLabel": _all(THEME.get)},
        "dcat:keyword": [
            {"@language": "kk", "@value": "петициялар"},
            {"@language": "ru", "@value": "петиции"},
            {"@language": "en", "@value": "petitions"},
        ],
        "dcat:distribution": [_distribution(one, by_name[one.file_name], edition, at) for one in DATASETS],
    }
    root = {
        "@id": f"{here}/#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _all(TITLES.get),
        "dct:description": _all(TEXTS.get),
        "dct:publisher": publisher,
        "dct:license": _licence(),
        "dct:modified": moment,
        "foaf:homepage": {"@id": settings.PORTAL_ORIGIN, "@type": "foaf:Document"},
        "dcat:dataset": dataset,
    }
    return _json({"@context": CONTEXT, **root})


CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def _distribution(dataset: Dataset, file: File, edition: str, at: datetime) -> dict[str, Any]:
    address = f"{settings.PORTAL_ORIGIN}/open-data/{edition}/{file.name}"
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _all(lambda language: _in(language, dataset.title)),
        "dcat:accessURL": {"@id": f"{settings.PORTAL_ORIGIN}/kk/open-data/"},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {
            "@id": f"http://www.iana.org/assignments/media-types/{MEDIA_TYPES[dataset.form]}",
            "@type": "dct:MediaType",
        },
        "dct:format": {
            "@id": f"{EU}/file-type/{'CSV' if dataset.form == 'csv' else 'JSON'}",
            "@type": "dct:MediaTypeOrExtent",
        },
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(file.bytes)},
        "dct:issued": {"@type": "xsd:dateTime", "@value": at.isoformat()},
        "dct:license": _licence(),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {
                "@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
                "@type": "spdx:ChecksumAlgorithm",
            },
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": file.sha256},
        },
    }


def _licence() -> dict[str, str]:
    return {"@id": LICENCE, "@type": "dct:LicenseDocument"}


def _concept(scheme: str, code: str) -> dict[str, Any]:
    kinds = {"language": "dct:LinguisticSystem", "frequency": "dct:Frequency", "data-theme": "skos:Concept"}
    return {"@id": f"{EU}/{scheme}/{code}", "@type": kinds[scheme]}


def _all(text: Callable[[str], Any]) -> list[dict[str, str]]:
    return [{"@language": language, "@value": str(text(language))} for language in LANGUAGES]


def _in(language: str, text: object) -> str:
    with translation.override(language):
        return str(text)


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
