"""Home and cross-cutting pages that read the database."""

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import CaseStudy
from events.models import Event
from forum.lists import lines_of
from forum.models import Post, Topic
from platform_site import rate_limit
from platform_site.actions import receive_inquiry
from platform_site.forms import ContactForm, suggested_subject
from platform_site.models import Announcement, RelatedLink
from platform_site.pages import PAGES
from search import generation
from search.facets import overview, picker
from search.lists import coming_cards, newest_cards
from taxonomy import registry

ANNOUNCEMENTS_PER_PAGE = 20
LATEST_TOPICS = 3
OVERVIEW_IS_KEPT = 15 * 60
CONTACT_LIMIT = {"times": 5, "seconds": 600}
receipt_signer = signing.Signer(salt="contact receipt")


@login_not_required
@require_safe
def home(request):
    # An important one is no longer news when twenty others have come after it.
    recent = list(Announcement.objects.published(timezone.localdate())[:20])
    context = {
        "picker": picker(None),
        "overview": _overview(),
        "events": _coming_events(),
        "topics": _latest_topics(),
        "important": [one for one in recent if one.is_important][:2],
        "announcements": recent[:4],
    }
    return render(request, "pages/home.html", context)


def _overview():
    """The cases by theme and prefecture and the newest, kept until the next write."""
    key = generation.cache_key(CaseStudy.search_kind, "overview")
    html = cache.get(key)
    if html is None:
        cases_url = reverse("cases:list")
        themes, tiles = overview(CaseStudy.search_kind, cases_url)
        cards = newest_cards(CaseStudy.search_kind, 6)
        context = {"cases_url": cases_url, "themes": themes, "tiles": tiles, "cases": cards}
        html = render_to_string("pages/_overview.html", context)
        cache.set(key, html, OVERVIEW_IS_KEPT)
    return html


def _coming_events():
    """The next events, kept until the next write of one or the next day."""
    today = timezone.localdate()
    key = generation.cache_key(Event.search_kind, "coming", today)
    cards = cache.get(key)
    if cards is None:
        cards = coming_cards(Event.search_kind, 3, today)
        cache.set(key, cards, OVERVIEW_IS_KEPT)
    return cards


def _latest_topics():
    """Lines of the topics with the newest posts, kept until the next write of a topic or a post."""
    key = generation.cache_key(Topic.search_kind, "latest", generation.current(Post.search_kind))
    html = cache.get(key)
    if html is None:
        topics = Topic.objects.published().for_list().latest_first()[:LATEST_TOPICS]
        html = render_to_string("forum/_latest.html", {"topics": lines_of(topics, None)})
        cache.set(key, html, OVERVIEW_IS_KEPT)
    return html


@login_not_required
@require_safe
def sitemap(request):
    context = {
        "breadcrumb": [("サイトマップ", None)],
        "pages": [(title, reverse(name)) for name, _, title in PAGES],
        "themes": registry.themes().values(),
        "prefectures": registry.prefectures(),
    }
    return render(request, "pages/sitemap.html", context)


@login_not_required
@require_safe
def links(request):
    context = {"breadcrumb": [("関連リンク", None)], "links": RelatedLink.objects.all()}
    return render(request, "pages/links.html", context)


@login_not_required
@require_safe
def announcements(request):
    published = Announcement.objects.published(timezone.localdate())
    page = Paginator(published, ANNOUNCEMENTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "breadcrumb": [("お知らせ", None)],
        "announcements": page.object_list,
        "page": _page_links(page),
    }
    return render(request, "pages/announcement_list.html", context)


def _page_links(page):
    """What `components/pagination.html` shows."""
    return {
        "number": page.number,
        "num_pages": page.paginator.num_pages,
        "start_index": page.start_index(),
        "end_index": page.end_index(),
        "total": page.paginator.count,
        "previous_url": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next_url": f"?page={page.next_page_number()}" if page.has_next() else "",
    }


@login_not_required
@require_safe
def announcement(request, pk):
    found = get_object_or_404(Announcement.objects.published(timezone.localdate()), pk=pk)
    context = {
        "breadcrumb": [("お知らせ", reverse("announcements")), (found.title, None)],
        "announcement": found,
        "page_type": "article",
    }
    return render(request, "pages/announcement_detail.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request):
    typed = request.POST if request.method == "POST" else None
    form = ContactForm(typed, initial={"subject": suggested_subject(request.GET.get("subject", ""))})
    context = {"form": form, "breadcrumb": [("お問い合わせ", None)]}
    if not form.is_valid():
        return render(request, "pages/contact.html", context)
    if rate_limit.exceeded("contact", request.META["REMOTE_ADDR"], **CONTACT_LIMIT):
        context["too_many"] = True
        return render(request, "pages/contact.html", context, status=429)

    inquiry = receive_inquiry(**form.cleaned_data)
    done = reverse("contact_done", query={"receipt": receipt_signer.sign(inquiry.receipt_number)})
    return redirect(done)


@login_not_required
@require_safe
def contact_done(request):
    """Show the receipt number from the signed address: no session, no personal data in it."""
    try:
        number = receipt_signer.unsign(request.GET.get("receipt", ""))
    except signing.BadSignature as error:
        raise Http404 from error
    context = {"receipt_number": number, "breadcrumb": [("お問い合わせ", reverse("contact")), ("受付完了", None)]}
    return render(request, "pages/contact_done.html", context)


def csrf_failure(request, reason=""):
    return render(request, "403_csrf.html", status=403)
