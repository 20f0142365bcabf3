"""The pages on which members import a table of events: choosing it, looking at what it would do, its progress."""

from io import BytesIO

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from events.forms import organizations_of
from events.import_forms import ImportForm
from events.import_models import EventImport, ImportStatus, Outcome, Plan
from events.importing import guide, writing
from events.importing.preview import example_of
from policies.spreadsheets import csv_response
from publishing.paging import page_of

TITLE = "イベントをまとめて取り込む"
ONLY_MEMBERS = "イベントを取り込めるのは、団体のメンバーだけです。先に団体を登録するか、団体から招待を受けてください。"
RECENT = 10
PROBLEM_ROWS_PER_PAGE = 20
ROWS_PER_PAGE = 50
EXAMPLES = 5
CHANGES_SHOWN = 20
IS_STARTED = "取り込みを始めました。このページを閉じても続きます。"
WAS_STARTED = "この取り込みは、もう始まっています。"


class UploadView(View):
    """Choosing the file; nothing is written but its preview."""

    http_method_names = ["get", "head", "post", "options"]

    def dispatch(self, request):
        if not organizations_of(request.user).exists():
            raise PermissionDenied(ONLY_MEMBERS)
        return super().dispatch(request)

    def get(self, request):
        return self.page(ImportForm(user=request.user))

    def post(self, request):
        form = ImportForm(request.POST, request.FILES, user=request.user)
        made = form.saved() if form.is_valid() else None
        return redirect(made) if made else self.page(form)

    def page(self, form):
        recent = EventImport.objects.visible_to(self.request.user).select_related("organization").newest_first()
        context = {
            "form": form,
            "title": TITLE,
            "recent": recent[:RECENT],
            "guide": guide.lines(),
            "breadcrumb": [("マイページ", reverse("mypage")), (TITLE, None)],
        }
        return render(self.request, "events/import.html", context)


@require_safe
def template_file(request, ending):
    """An empty table with the header, and for Excel with what to write into its columns."""
    if ending == "csv":
        return csv_response([guide.header()], "event_template.csv")
    file = BytesIO()
    guide.workbook().save(file)
    response = HttpResponse(
        file.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = 'attachment; filename="event_template.xlsx"'
    return response


@require_safe
def import_page(request, pk):
    """The preview of an import, then its progress, then what became of it."""
    found = EventImport.objects.visible_to(request.user).select_related("organization")
    made = get_object_or_404(found, pk=pk)
    context = {
        "made": made,
        "title": TITLE,
        "breadcrumb": [("マイページ", reverse("mypage")), (TITLE, reverse("events:import")), (made.file_name, None)],
    }
    if made.status == ImportStatus.READY:
        return render(request, "events/import_preview.html", {**context, **_preview(request, made)})
    context |= _progress(made)
    if request.htmx:
        is_done = made.status == ImportStatus.DONE
        return HttpResponseClientRefresh() if is_done else render(request, "events/_import_progress.html", context)
    if made.status == ImportStatus.DONE:
        context |= _results(request, made)
    return render(request, "events/import_run.html", context)


def _preview(request, made: EventImport) -> dict:
    plans = made.plans()
    examples = made.rows.filter(plan=Plan.NEW).order_by("number")[:EXAMPLES]
    return {
        "plans": plans,
        "to_write": plans[Plan.NEW] + plans[Plan.CHANGE],
        "problem_rows": page_of(made.rows.with_problems(), request, per_page=PROBLEM_ROWS_PER_PAGE),
        "examples": [(row.number, example_of(row, made.organization)) for row in examples],
        "changed": made.rows.filter(plan=Plan.CHANGE).order_by("number")[:CHANGES_SHOWN],
        "more_changed": max(0, plans[Plan.CHANGE] - CHANGES_SHOWN),
        "publishes": made.organization.can_self_publish,
    }


def _progress(made: EventImport) -> dict:
    outcomes = made.outcomes()
    total = sum(outcomes.values())
    return {"total": total, "done": total - outcomes[""], "outcomes": outcomes, "is_stalled": writing.is_stalled(made)}


def _results(request, made: EventImport) -> dict:
    """All rows, first those that were not written."""
    is_out = Q(plan=Plan.BROKEN) | Q(outcome=Outcome.FAILED)
    first = Case(When(is_out, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = made.rows.select_related("event").annotate(place=first).order_by("place", "number")
    return {
        "page": page_of(rows, request, per_page=ROWS_PER_PAGE),
        "left_out": made.rows.aggregate(count=Count("pk", filter=is_out))["count"],
    }


@require_POST
def start(request, pk):
    """Have what the preview shows written; pressed twice, or in two windows, it is written once."""
    made = get_object_or_404(EventImport.objects.visible_to(request.user), pk=pk)
    is_started = writing.start(made, sends=request.POST.get("then") == "send")
    messages.success(request, IS_STARTED) if is_started else messages.info(request, WAS_STARTED)
    return redirect(made)
