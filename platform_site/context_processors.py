"""What every template may use. Runs for each page, so what never changes is made once."""

from functools import cache

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

# The part of the address that a menu entry stands for, the URL name, the label.
MENU = (
    ("start", "start:start", "はじめの一歩"),
    ("cases", "cases:list", "事例"),
    ("policies", "policies:list", "施策・予算"),
    ("events", "events:list", "イベント"),
    ("organizations", "organizations:list", "団体"),
    ("forum", "forum:list", "掲示板"),
    ("announcements", "announcements", "お知らせ"),
    ("guide", "guide", "使い方"),
    ("contact", "contact", "お問い合わせ"),
)
SECTIONS = frozenset(section for section, _, _ in MENU)


def site(request):
    first_part = request.path.split("/", 2)[1]
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "navigation": navigation(first_part if first_part in SECTIONS else ""),
        "entrance": entrance(),
        "sign_up_is_open": settings.SIGN_UP_IS_OPEN,
        "footer": footer(),
    }


@cache
def navigation(section):
    items = [{"section": key, "url": reverse(name), "label": label} for key, name, label in MENU]
    return render_to_string("components/navigation.html", {"items": items, "section": section})


@cache
def entrance():
    """The links to sign in and up, the same for everybody who is not signed in."""
    return render_to_string("components/account.html", {"sign_up_is_open": settings.SIGN_UP_IS_OPEN})


@cache
def footer():
    return render_to_string("components/footer.html", {"SITE_NAME": settings.SITE_NAME})
