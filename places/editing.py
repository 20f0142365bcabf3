"""Pages on which the staff of a prefecture says what its platform has, and whom to call."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from places.actions import ChangedMeanwhile, save_contact, save_platform, version_of
from places.codes import of_region
from places.forms import ContactForm, PlatformForm
from places.models import Contact, PlatformFunction
from places.permissions import may_edit
from places.views import breadcrumb_of
from taxonomy.models import RegionKind

NOT_YOURS = "書けるのは、この都道府県の職員であることを確かめた方と、事務局だけです。"
SAVED = "保存しました。最終確認日は今日になりました。"


@require_http_methods(["GET", "HEAD", "POST"])
@of_region
def platform(request, region):
    """What the prefecture's platform has of the six functions."""
    if region.kind != RegionKind.PREFECTURE:
        raise Http404(f"{region.code} is no prefecture")
    _check(request.user, region, PlatformFunction)

    def form_of(data):
        rows = {row.function: row for row in PlatformFunction.objects.filter(prefecture=region)}
        return PlatformForm(data, rows=rows, initial={"seen": version_of(rows.values())})

    def save(form):
        save_platform(region, form.answers(), by=request.user, seen=form.cleaned_data["seen"])

    return _edit(request, region, form_of, save, "places/platform_form.html", "プラットフォームの機能を書く")


@require_http_methods(["GET", "HEAD", "POST"])
@of_region
def contact(request, region):
    """Whom to call in the place."""
    _check(request.user, region, Contact)

    def form_of(data):
        row = Contact.objects.filter(region=region).first()
        return ContactForm(data, initial={**ContactForm.values_of(row), "seen": version_of([row] if row else [])})

    def save(form):
        save_contact(region, form.answers(), by=request.user, seen=form.cleaned_data["seen"])

    return _edit(request, region, form_of, save, "places/contact_form.html", "相談先を書く")


def _check(user, region, model):
    if not may_edit(user, region, model):
        raise PermissionDenied(NOT_YOURS)


def _edit(request, region, form_of, save, template, heading):
    form = form_of(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            save(form)
        except ChangedMeanwhile:
            form.show_conflict(form_of(None))
        # What somebody else saved may be just this: a second click, say.
        if not form.conflicts:
            messages.success(request, SAVED)
            return redirect("places:region", region.code)
    context = {
        "region": region,
        "form": form,
        "heading": f"{region.full_name}の{heading}",
        "breadcrumb": breadcrumb_of(region, (heading, None)),
    }
    return render(request, template, context)
