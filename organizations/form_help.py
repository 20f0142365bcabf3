"""Buttons that only help with filling a form in. What was typed is kept and not judged."""

from django.core.exceptions import ValidationError
from django.shortcuts import render

from organizations.form_fields import picked_region
from organizations.models import Scope
from publishing import working_copies
from search.pages import previewed_body
from taxonomy import postal, registry
from taxonomy.models import NATION_CODE


def filled_address(code: str, typed: str) -> tuple[str, str]:
    """The address after somebody asked for that of a postal code, and a sentence about it; nothing typed is lost."""
    if not postal.normalised(code):
        return typed, "郵便番号を7桁の数字で入力してから、もう一度押してください。"
    place = postal.find(code)
    if place is None:
        return typed, "この郵便番号は見つかりません。番号を確かめるか、所在地を直接入力してください。"
    if not place.address:
        return typed, "この郵便番号は複数の都道府県にまたがります。所在地を直接入力してください。"
    if typed.startswith(place.address):
        return typed, "入力済みの所在地は、この郵便番号の住所と合っています。"
    if place.address.startswith(typed):
        return place.address, _what_is_left(place)
    if any(typed.startswith(prefecture.name) for prefecture in registry.prefectures()):
        sentence = f"この郵便番号の住所は「{place.address}」です。入力済みの所在地は変えていません。"
        return typed, sentence + "入れ直すときは、所在地を消してから押してください。"
    return place.address + typed, _what_is_left(place)


def _what_is_left(place) -> str:
    if not place.municipality:
        return "都道府県までを入れました。市区町村から続けて入力してください。"
    if not place.town:
        return "市区町村までを入れました。町名から続けて入力してください。"
    return "住所を入れました。番地などを続けて入力してください。"


def _fill_address(data):
    data["address"], sentence = filled_address(data.get("postal_code", ""), data.get("address", "").strip())
    return {"address": sentence}


def _show_municipalities(data):
    picked = data.get("region", "") not in ("", NATION_CODE)
    return {"region": "市区町村を選べるようになりました。" if picked else "先に都道府県を選んでください。"}


def _add_region(data):
    try:
        region = picked_region(data)
    except ValidationError as error:
        return {"region": error.message}
    if region is None:
        return {"region": "都道府県か市区町村を選んでから、もう一度押してください。"}
    data["region"] = data["municipality"] = ""
    if region.code == NATION_CODE:
        data["scope"] = Scope.NATIONAL
        return {"region": "活動の範囲を「全国」にしました。"}
    data.appendlist("regions", region.code)
    return {"region": f"「{region.full_name}」を加えました。"}


# By the name of the button: fills in the data, returns sentences by the place where they are shown.
HELPS = {
    "_address": _fill_address,
    "_add_region": _add_region,
    "_municipalities": _show_municipalities,
    "_edit": lambda data: {},  # back from the preview
}


def help_with(form, data) -> bool:
    """If ``data`` came with a helping button, let the form show what it did; else returns False."""
    for name, fill_in in HELPS.items():
        if name in data:
            data = data.copy()
            form.notes = fill_in(data)
            form.resume(data)
            return True
    return False


def resume_copy(form, user, form_name):
    """Show what the person typed before and did not save; returns the working copy or None."""
    copy = working_copies.kept(user, form_name)
    if copy:
        form.resume(working_copies.typed_data(copy))
    return copy


def preview(request, organization, form):
    """The page as the public would see it, with everything typed carried along in hidden fields."""
    body = previewed_body(organization, form.write_to)
    typed = [
        (name, value)
        for name in request.POST
        if not name.startswith("_") and name != "csrfmiddlewaretoken"
        for value in request.POST.getlist(name)
    ]
    context = {"title": body.title, "page": body.html, "typed": typed}
    return render(request, "organizations/preview.html", context)
