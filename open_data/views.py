"""The page of open data, its dictionary and catalogue, and the files themselves."""

import json

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from open_data import dictionary as data_dictionary
from open_data.answers import not_found, public_data
from open_data.catalog import catalog as data_catalog
from open_data.dataset import LICENCE, LICENCE_URL
from open_data.datasets import BY_NAME
from open_data.lists import LISTS
from open_data.models import DataFile
from open_data.publications import BY_FILE_NAME, MEDIA_TYPES, PUBLICATIONS
from open_data.versions import Version
from policies.spreadsheets import csv_response

TITLE = "オープンデータ"


@login_not_required
@require_safe
def page(request):
    files = {file.name: file for file in DataFile.objects.made()}
    publications = [
        (one, [(form.upper(), name, files.get(name)) for form, name in one.file_names.items()]) for one in PUBLICATIONS
    ]
    context = {
        "publications": publications,
        "made_at": max((file.made_at for file in files.values()), default=None),
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "lists": [(one.title, reverse(one.url_name)) for one in LISTS.values()],
        "breadcrumb": [(TITLE, None)],
    }
    return render(request, "open_data/page.html", context)


@login_not_required
@require_safe
def dictionary(request, name):
    if name not in BY_NAME:
        raise Http404(f"no data called {name}")
    dataset = BY_NAME[name]
    breadcrumb = [(TITLE, reverse("open_data:page")), (f"{dataset.title}のデータの項目", None)]
    return render(request, "open_data/dictionary.html", {"dataset": dataset, "breadcrumb": breadcrumb})


@public_data
def dictionary_file(request):
    return csv_response(data_dictionary.rows(), "dictionary.csv")


@public_data
def catalog(request):
    return HttpResponse(json.dumps(data_catalog(), ensure_ascii=False, indent=1), content_type="application/ld+json")


@public_data
def file(request, name):
    """A nightly file; packed for those who unpack it by themselves."""
    if name not in BY_FILE_NAME:
        return not_found("この名前のファイルはありません。")
    found = DataFile.objects.made().filter(name=name).first()
    if found is None:
        return not_found("このファイルは、まだ作られていません。毎日、夜のあいだに作ります。")
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    version = Version(f"{found.sha256}-gzip" if is_packed else found.sha256, found.changed_at)
    response = version.answer(request, lambda: _sent(found, is_packed))
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _sent(found: DataFile, is_packed: bool) -> HttpResponse:
    try:
        content = storages["default"].open(found.packed_as if is_packed else found.stored_as)
    except FileNotFoundError:
        return not_found("このファイルは、いま作り直しているところです。しばらくしてから、もう一度お試しください。")
    kind = MEDIA_TYPES[found.name.rpartition(".")[2]]
    response = FileResponse(content, as_attachment=True, filename=found.name, content_type=kind)
    if is_packed:
        response["Content-Encoding"] = "gzip"
    return response
