"""robots.txt, the description of the search for browsers, whom to tell of a weakness, where passwords are changed."""

from datetime import timedelta
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from platform_site.machines.json_ld import absolute
from platform_site.machines.pages import search_template

PLAIN = "text/plain; charset=utf-8"
# What is for one person, what is a form or a step of one, and what is the same thing once more. Pages that must not
# be found at all say so themselves (noindex): a robot that may not read a page does not see that.
NOT_FOR_ROBOTS = (
    *("/admin/", "/accounts/", "/mypage/", "/review/", "/working-copy/", "/items/", "/freshness/", "/dev/"),
    *("/contact/done/", "/*/new/", "/*/edit/", "/*/pick/", "/*?municipality=", "/*&municipality="),
    *("/forum/mine/", "/forum/notices/", "/forum/settings/", "/forum/moderation/posts/", "/forum/similar/"),
    *("/forum/help/", "/forum/subscribe/", "/forum/subscription/", "/forum/unsubscribe/", "/forum/search/"),
    *("/forum/posts/", "/events/calendar/*/", "/events/export.csv", "/organizations/invitations/"),
    *("/api/v1/", "/open-data/feeds/"),
    *("/search/?", "/*?q=", "/*&q=", "/*?sort=", "/*&sort=", "/*?after=", "/*&after="),
)
# Calendars that people subscribe to are fetched by robots that keep to these rules, whatever the list asks for.
FOR_ROBOTS = ("/events/events.ics",)
# security.txt may not promise more than a year.
SECURITY_TEXT_IS_GOOD_FOR = timedelta(days=180)


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def robots(request):
    lines = [
        "User-agent: *",
        *(f"Allow: {address}" for address in FOR_ROBOTS),
        *(f"Disallow: {address}" for address in NOT_FOR_ROBOTS),
        "",
        f"Sitemap: {absolute(reverse('sitemap_index'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN)


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def opensearch(request):
    """Lets a browser search the site from its address bar."""
    # A short name has at most 16 characters.
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
  <ShortName>生活支援共創</ShortName>
  <LongName>{escape(settings.SITE_NAME)}</LongName>
  <Description>高齢者の生活を支える取り組みの事例、団体、施策、イベントを探します。</Description>
  <Language>ja</Language>
  <InputEncoding>UTF-8</InputEncoding>
  <OutputEncoding>UTF-8</OutputEncoding>
  <Image width="16" height="16" type="image/x-icon">{escape(absolute(static("img/favicon.ico")))}</Image>
  <Url type="text/html" template="{escape(search_template("{searchTerms}"))}"/>
  <Url type="application/opensearchdescription+xml" rel="self" template="{escape(absolute(request.path))}"/>
</OpenSearchDescription>
"""
    return HttpResponse(text, content_type="application/opensearchdescription+xml; charset=utf-8")


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def security(request):
    """Whom to tell of a weakness (RFC 9116)."""
    contacts = settings.SECURITY_CONTACTS or [absolute(reverse("contact"))]
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        *(f"Contact: {contact}" for contact in contacts),
        f"Expires: {(midnight + SECURITY_TEXT_IS_GOOD_FOR).isoformat()}",
        "Preferred-Languages: ja, en",
        f"Canonical: {absolute(request.path)}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN)


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def change_password(request):
    """Where password managers send people."""
    return HttpResponseRedirect(reverse("account_change_password"))
