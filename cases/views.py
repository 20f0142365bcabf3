"""Pages of the cases, and their pictures."""

import re

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases.models import CaseImage, CaseStudy
from cases.related import related_to
from cases.tree import MOST_FOLLOWERS, tree_of
from organizations.models import OrganizationKind
from search.facets import SORTS
from search.lists import SearchableListView
from search.pages import SearchableDetailView
from search.request import Sort

# The name of the largest rendition, whichever rendition is asked for.
PICTURE_PATH = re.compile(r"(cases/[0-9a-f]{2}/[0-9a-f]{32})(?:-[0-9]{1,4})?\.webp")
ONE_YEAR = 365 * 24 * 60 * 60


class CaseListView(SearchableListView):
    model = CaseStudy
    template_name = "cases/case_list.html"
    title = "事例"
    data_name = "cases"
    organization_kinds = dict(OrganizationKind.choices)
    sorts = {**SORTS, Sort.SIMILAR: "似た町の順"}


class CaseDetailView(SearchableDetailView):
    model = CaseStudy
    template_name = "cases/case_detail.html"

    def around(self, pk, body):
        user = self.request.user
        can_edit = user.is_authenticated and CaseStudy.objects.editable_by(user).filter(pk=pk).exists()
        tree_url = reverse("cases:tree", args=[pk])
        return {**related_to(pk, body), "case_pk": pk, "can_edit": can_edit, "tree_url": tree_url}


@login_not_required
@require_safe
def tree(request, pk):
    """What a case follows and what follows it, with what each of them changed."""
    case = get_object_or_404(CaseStudy.objects.visible_to(request.user).only("title", "status", "is_sample"), pk=pk)
    breadcrumb = [("事例", reverse("cases:list")), (case.title, case.get_absolute_url()), ("取り組みの広がり", None)]
    context = {"case": case, "tree": tree_of(pk), "most": MOST_FOLLOWERS, "breadcrumb": breadcrumb}
    return render(request, "cases/tree.html", context)


@login_not_required
@require_safe
def picture(request, path):
    """One rendition of a picture, to whoever may see its case; a larger one while that is not made yet."""
    match = PICTURE_PATH.fullmatch(path)
    if not match:
        raise Http404
    cases = CaseStudy.objects.visible_to(request.user)
    image = get_object_or_404(
        CaseImage.objects.shown().filter(case__in=cases).select_related("case"), image=f"{match[1]}.webp"
    )
    names = image.image.rendition_names()
    if path not in names:
        raise Http404
    found = next(filter(image.image.storage.exists, names[names.index(path) :]), path)
    return _file_response(image, found, is_final=found == path)


def _file_response(image, name, *, is_final):
    try:
        file = image.image.storage.open(name)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, content_type="image/webp")
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    # Names are random and never used twice; what is not public must not stay in a shared cache.
    lasting = f"public, max-age={ONE_YEAR}, immutable" if is_final else "public, max-age=60"
    response["Cache-Control"] = lasting if image.case.is_published else "private, no-store"
    return response
