"""はじめの一歩: the page, its QR code, and the button that says what is missing."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts import limits
from cases.models import CaseStudy
from events.models import Event
from forum.models import Topic
from organizations.models import Organization
from places.models import Contact, contacts_of
from policies.models import Policy
from policies.standard_amount_views import NOTE
from publishing import qr_code as qr_codes
from search import generation
from search.facets import picker
from start import address as start_address
from start.actions import count_demand
from start.address import StartAddress
from start.amounts import amount_for
from start.checklist import checklist
from start.furigana import Furigana, official_readings, readings
from start.models import Part
from start.parts import Wanted, all_parts
from taxonomy import registry
from taxonomy.models import NATION_CODE

FOUND_IS_KEPT = 15 * 60
# The same wish of the same address within so many seconds is one: a second press of the button.
SAME_WISH = limits.Limit(1, 600)
WISHES = limits.Limit(30, 3600)
TOO_MANY = (
    "短い時間にたくさんのご希望をいただいたため、いまは受け付けられません。"
    "1時間ほどたってから、もう一度お試しください。"
)
TOLD = "{}の「{}」がほしいという声を、1件数えました。お名前などは記録していません。"
KINDS = (CaseStudy, Policy, Organization, Event, Topic)


@dataclass(frozen=True)
class Found:
    """The parts of the page that are searched as HTML, and the name of the first thing in each."""

    html: SafeString
    names: dict[str, str]


@login_not_required
@require_safe
def start(request):
    asked = start_address.read(request.GET)
    if "municipality" in request.GET:
        # The form without JavaScript has a second list; what is shared needs one code only.
        return redirect(asked.url())
    return _page(request, asked)


def _page(request, asked: StartAddress, *, refused="", status=200):
    furigana = _furigana(asked)
    found = _found(asked, furigana) if asked.is_chosen else None
    wanted = Wanted(asked.theme, asked.region)
    about = wanted.about
    contacts = _contacts(asked)
    names = found.names | {Part.CONTACT.value: contacts[0].office if contacts else ""} if found else {}
    context = {
        "address": asked,
        "furigana": furigana,
        "picker": picker(asked.region),
        "themes": registry.themes().values(),
        "notices": [*asked.notices, *([refused] if refused else [])],
        "told": TOLD.format(about, Part(asked.told).label) if asked.told else "",
        "about": about,
        "found": found,
        "contacts": contacts,
        # What `start/_missing.html` needs to know of the part that is not kept.
        "contact_part": {"part": Part.CONTACT, "ask_url": wanted.ask_url(Part.CONTACT)},
        "parts": [(part.value, part.label) for part in Part],
        "steps": checklist(names) if found else [],
        "qr_code_url": reverse("start:qr_code", query=asked.parameters()),
        "canonical": asked.with_furigana(False).url(),
        "other_way_of_reading": asked.with_furigana(not asked.has_furigana).url(),
        "breadcrumb": [("はじめの一歩", None)],
    }
    return render(request, "start/start.html", context, status=status)


def _contacts(asked: StartAddress) -> list[Contact]:
    """Whom to call, the nearest first; read each time, so that a new number is there at once."""
    path = registry.region_path(asked.region.code) if asked.region else ()
    codes = [code for code in path if code != NATION_CODE]
    return contacts_of(codes) if codes else []


def _furigana(asked: StartAddress) -> Furigana:
    return Furigana(readings() | official_readings(asked.region) if asked.has_furigana else None)


def _found(asked: StartAddress, furigana: Furigana) -> Found:
    """Kept until the next write of anything that stands on the page, or the next day."""
    numbers = [generation.current(model.search_kind) for model in KINDS]
    key = generation.cache_key(
        CaseStudy.search_kind, "start", asked.parameters(), timezone.localdate(), numbers, furigana.known
    )
    found = cache.get(key)
    if found is None:
        found = _look(asked, furigana)
        cache.set(key, found, FOUND_IS_KEPT)
    return found


def _look(asked: StartAddress, furigana: Furigana) -> Found:
    wanted = Wanted(asked.theme, asked.region)
    parts = all_parts(asked.theme, asked.region)
    amount = amount_for(asked.region)
    context = {
        "address": asked,
        "furigana": furigana,
        "parts": [
            {
                "part": found.part,
                "cards": [find.card(furigana) for find in found.finds],
                "missing": found.missing,
                "instead": found.instead if found.finds else "",
                "more": found.more,
                "ask_url": wanted.ask_url(found.part),
            }
            for found in parts
        ],
        "amount": amount,
        "note": NOTE,
    }
    names = {found.part.value: found.first_title for found in parts}
    return Found(render_to_string("start/_parts.html", context), names)


@login_not_required
@require_safe
def qr_code(request):
    """The address of the page as a picture; whatever stands in this one's parameters, there is one."""
    return qr_codes.answer(start_address.read(request.GET).url())


@csrf_exempt  # a token would put a cookie on a page that everybody may keep; `_is_from_here` stands in for it
@login_not_required
@require_POST
def tell(request):
    """Somebody misses a part of the page: counted, and the page says so."""
    asked, part = start_address.read(request.POST), request.POST.get("part", "")
    if part not in Part.values or not _is_from_here(request):
        return redirect(asked.url())
    place = limits.place(request.META.get("REMOTE_ADDR", ""))
    wish = f"wish {place} {part} {asked.parameters()}"
    if not limits.take((wish, SAME_WISH)):
        if limits.take((f"wishes {place}", WISHES)):
            limits.give_back(wish, SAME_WISH)
            return _page(request, asked, refused=TOO_MANY, status=429)
        count_demand(asked.theme, asked.region, part)
    return redirect(asked.url(told=part))


def _is_from_here(request) -> bool:
    """Whether a page of this site sent the form, as far as the browser says."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin in (None, f"{request.scheme}://{request.get_host()}")
