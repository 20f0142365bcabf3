"""The public pages and their states, by name: an address, or a name of `content.load`, and what is done there."""

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import Page

INQUIRY = {"name": "山田花子", "email": "hanako@example.jp", "subject": "掲載について", "body": "掲載をお願いします。"}


def send_inquiry(page: Page, **fields):
    for name, text in fields.items():
        page.fill(f"main [name={name}]", text)
    page.click("main button[type=submit]")


def _send_nothing(page):
    send_inquiry(page)
    page.wait_for_selector("#error-summary")


def _send(page):
    send_inquiry(page, **INQUIRY)
    page.wait_for_url("**/contact/done/**")


def _unfold(page):
    """The map, and what is folded on a phone only: the menu and the filters."""
    page.evaluate("() => document.querySelectorAll('details').forEach(details => { details.open = true })")


def _suggest(page):
    page.get_by_role("combobox", name="市区町村名を入れて選ぶ").press_sequentially("せた")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")


def _show_template(name):
    """A page that cannot be provoked, as its template looks."""

    def show(page):
        # The names that `platform_site.context_processors` gives to a real answer.
        html = render_to_string(name, {"SITE_NAME": settings.SITE_NAME})
        page.route("**/problem/", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        page.goto("/problem/")

    return show


@dataclass(frozen=True)
class State:
    address: str
    act: object = None
    sets_cookie: bool = False
    is_error: bool = False


def _list(**parameters):
    return "/cases/?" + "&".join(f"{name}={quote(value)}" for name, value in parameters.items())


STATES = {
    "home": State("/"),
    "case_list": State("/cases/"),
    "case_list_unfolded": State("/cases/", _unfold),
    "case_list_page_2": State(_list(page="2")),
    "case_list_word": State(_list(q="買物")),
    "case_list_empty": State(_list(q="qwertyuiop")),
    "case_list_relaxed": State(_list(q="買物", region="13", theme="farmland")),
    "case_list_municipality": State(_list(region="133086")),
    "case_list_notices": State(_list(region="99", theme="x", page="999")),
    "case_list_suggestions": State("/cases/", _suggest),
    "case_full": State("case_full"),
    "case_sparse": State("case_sparse"),
    "case_long": State("case_long"),
    "case_tree": State("case_tree"),
    "organization_list": State("/organizations/"),
    "organization": State("organization"),
    "policy_list": State("/policies/"),
    "policy_list_filtered": State("/policies/?for=municipality&kind=program&year=2025&sort=amount", _unfold),
    "policy_list_empty": State("/policies/?open=now&kind=tool"),
    "policy": State("policy"),
    "policy_changes": State("policy_changes"),
    "standard_amount": State("/policies/standard-amount/"),
    "standard_amount_form": State("/policies/standard-amount/?region=011002"),
    "standard_amount_result": State("standard_amount"),
    "standard_amount_errors": State("/policies/standard-amount/?region=011002&units=11&areas=-1&at_center=x"),
    "event_list": State("/events/", _unfold),
    "event_list_region": State("/events/?region=202134"),
    "event_list_empty": State("/events/?theme=farmland&region=47"),
    "event_past": State("/events/past/"),
    "event_archive": State("/events/archive/"),
    "event_calendar": State("/events/calendar/"),
    "event_day": State("event_day"),
    "event": State("event"),
    "event_cancelled": State("event_cancelled"),
    "start": State("/start/"),
    "start_town": State("/start/?theme=mobility&region=202134&furigana=1&told=cases"),
    "search": State("/search/"),
    "search_results": State("/search/?q=" + quote("買物")),
    "search_relaxed": State("/search/?region=133086&theme=farmland&q=" + quote("買物")),
    "regions": State("/regions/"),
    "region_prefecture": State("/regions/13/"),
    "region_municipality": State("/regions/133086/"),
    "region_similar": State("/regions/075469/similar/"),
    "open_data": State("/open-data/", _unfold),
    "open_data_dictionary": State("/open-data/dictionary/policies/"),
    "open_data_api": State("/api/v1/", _unfold),
    "about": State("/about/"),
    "guide": State("/guide/"),
    "terms": State("/terms/"),
    "privacy": State("/privacy/"),
    "accessibility": State("/accessibility/"),
    "sitemap": State("/sitemap/"),
    "links": State("/links/"),
    "announcements": State("/announcements/"),
    "announcement": State("announcement"),
    "contact": State("/contact/", sets_cookie=True),
    "contact_errors": State("/contact/", _send_nothing, sets_cookie=True),
    "contact_done": State("/contact/", _send, sets_cookie=True),
    "not_found": State("/nowhere/", is_error=True),
    "bad_request": State("/", _show_template("400.html")),
    "server_error": State("/", _show_template("500.html")),
    "unavailable": State("/", _show_template("503.html")),
    "sign_in": State("/accounts/login/", sets_cookie=True),
    "sign_up": State("/accounts/signup/", sets_cookie=True),
    "password_reset": State("/accounts/password/reset/", sets_cookie=True),
    "password_reset_done": State("/accounts/password/reset/done/"),
    "confirmation_sent": State("/accounts/confirm-email/"),
    "account_closed": State("/accounts/leave/done/"),
}
