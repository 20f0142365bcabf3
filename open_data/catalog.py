"""The catalogue of open data for catalogues of others (DCAT-AP), as JSON-LD."""

from django.conf import settings
from django.urls import reverse

from open_data.dataset import LICENCE_URL
from open_data.models import DataFile
from open_data.publications import MEDIA_TYPES, PUBLICATIONS, Publication

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU = "http://publications.europa.eu/resource/authority"
_DAILY, _JAPANESE, _JAPAN = f"{_EU}/frequency/DAILY", f"{_EU}/language/JPN", f"{_EU}/country/JPN"
_SOCIETY = f"{_EU}/data-theme/SOCI"
_KEYWORDS = ("高齢者", "生活支援", "地域共生")


def catalog() -> dict:
    files = {file.name: file for file in DataFile.objects.made()}
    page = _url("open_data:page")
    return {
        "@context": CONTEXT,
        "@id": f"{page}#catalog",
        "@type": "dcat:Catalog",
        "dct:title": _ja(f"{settings.SITE_NAME}のオープンデータ"),
        "dct:description": _ja("高齢者の暮らしを支える取り組みの事例、団体、施策・予算、イベントなど"),
        "dct:publisher": _publisher(),
        "dct:language": _id(_JAPANESE),
        "dct:license": _id(LICENCE_URL),
        "foaf:homepage": _id(page),
        "dcat:dataset": [_dataset(one, files) for one in PUBLICATIONS],
        "dcat:service": [_service()],
    }


def _dataset(publication: Publication, files: dict[str, DataFile]) -> dict:
    page = f"{_url('open_data:page')}#{publication.name}"
    made = [(form, files[name]) for form, name in publication.file_names.items() if name in files]
    described = {
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:identifier": publication.name,
        "dct:title": _ja(publication.title),
        "dct:description": _ja(publication.about),
        "dct:publisher": _publisher(),
        "dcat:contactPoint": {"@type": "vcard:Kind", "vcard:fn": "事務局", "vcard:hasURL": _id(_url("contact"))},
        "dcat:keyword": [_ja(word) for word in (publication.title, *_KEYWORDS)],
        "dcat:theme": _id(_SOCIETY),
        "dct:spatial": _id(_JAPAN),
        "dct:language": _id(_JAPANESE),
        "dct:accrualPeriodicity": _id(_DAILY),
        "dct:license": _id(LICENCE_URL),
        "dcat:landingPage": _id(page),
        "dcat:distribution": [_distribution(form, file) for form, file in made],
    }
    if made:
        described["dct:modified"] = _moment(max(file.changed_at for _, file in made))
    if publication.dataset:
        described["dct:conformsTo"] = _id(_url("open_data:dictionary", publication.name))
    return described


def _distribution(form: str, file: DataFile) -> dict:
    address = settings.SITE_URL + file.get_absolute_url()
    media_type = MEDIA_TYPES[form].partition(";")[0]
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _ja(file.name),
        "dcat:accessURL": _id(address),
        "dcat:downloadURL": _id(address),
        "dcat:mediaType": _id(f"https://www.iana.org/assignments/media-types/{media_type}"),
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(file.size)},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _id("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": file.sha256},
        },
        "dct:license": _id(LICENCE_URL),
        "dct:modified": _moment(file.changed_at),
    }


def _service() -> dict:
    return {
        "@id": _url("api:page"),
        "@type": "dcat:DataService",
        "dct:title": _ja("読み取り用のAPI"),
        "dcat:endpointURL": _id(_url("api:page")),
        "dcat:endpointDescription": _id(_url("api:openapi")),
        "dct:license": _id(LICENCE_URL),
    }


def _publisher() -> dict:
    return {"@id": f"{settings.SITE_URL}/", "@type": "foaf:Agent", "foaf:name": _ja(settings.SITE_NAME)}


def _url(name: str, *arguments) -> str:
    return settings.SITE_URL + reverse(name, args=arguments)


def _id(address: str) -> dict:
    return {"@id": address}


def _ja(words: str) -> dict:
    return {"@language": "ja", "@value": words}


def _moment(at) -> dict:
    return {"@type": "xsd:dateTime", "@value": at.isoformat(timespec="seconds")}
