"""事務局の数字: the page, and each of its tables as a file."""

from dataclasses import dataclass
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.roles import Role
from insights import periods
from insights.panels import Link, Panel, Question, Registered, kept, registered, registered_as
from policies.spreadsheets import csv_response
from taxonomy import registry
from taxonomy.models import Region

TITLE = "事務局の数字"
LONGEST_SHOWN_VALUE = 20


def readers_only(view):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.has_perm("insights.view_insights"):
            raise PermissionDenied("事務局の数字を見られるのは、事務局、府省庁、都道府県の担当者だけです。")
        return view(request, *args, **kwargs)

    return guarded


@dataclass(frozen=True)
class Choice:
    """What an address asks for, and what of it is not known."""

    question: Question
    prefecture: Region | None
    notices: tuple[str, ...]

    @property
    def query(self) -> str:
        """As it stands in an address; names the region also where there is none, for whom it is preselected."""
        return "?" + urlencode({"period": self.question.period.name, "region": self.question.prefecture})


def choice(request) -> Choice:
    today, notices = timezone.localdate(), []
    known = {place.code: place for place in registry.prefectures()}
    name, code = request.GET.get("period", "").strip(), request.GET.get("region")
    if name and name not in periods.choices(today):
        notices.append(f"期間「{_short(name)}」は選べないため、最近の{periods.RECENT_MONTHS}か月を表示しています。")
        name = ""
    code = _own_prefecture(request.user) if code is None else code.strip()
    if code and code not in known:
        notices.append(f"都道府県「{_short(code)}」は分からないため、全国を表示しています。")
        code = ""
    period = periods.period(name or periods.RECENT, today)
    return Choice(Question(period, code), known.get(code), tuple(notices))


def _short(text: str) -> str:
    return text[:LONGEST_SHOWN_VALUE] + ("…" if len(text) > LONGEST_SHOWN_VALUE else "")


def _own_prefecture(user) -> str:
    """The prefecture that somebody works for; "" for everybody else."""
    if Role.PREFECTURAL not in user.roles:
        return ""
    region = user.role_assignments.filter(role=Role.PREFECTURAL).values_list("region", flat=True).first()
    return (region or "")[:2]


@dataclass(frozen=True)
class Shown:
    """One panel with what its reader may follow."""

    panel: Registered
    content: Panel
    links: list[Link]
    tables: SafeString


@require_safe
@readers_only
def page(request):
    chosen = choice(request)
    panels = [_shown(panel, chosen, request.user) for panel in registered()]
    context = {
        "title": TITLE,
        "chosen": chosen,
        "periods": periods.choices(timezone.localdate()).items(),
        "prefectures": registry.prefectures(),
        "panels": panels,
        "breadcrumb": [(TITLE, None)],
    }
    return render(request, "insights/insights.html", context)


def _shown(panel: Registered, chosen: Choice, user) -> Shown:
    content = panel.panel(chosen.question, user)
    links = [link for link in content.links if not link.permission or user.has_perm(link.permission)]

    def render(asked: Question) -> SafeString:
        context = {"panel": panel, "tables": content.tables, "query": chosen.query}
        return render_to_string("insights/_tables.html", context)

    # Large tables take longer to write than to count.
    tables = render(chosen.question) if panel.is_personal else kept(f"{panel.name}:html", chosen.question, render)
    return Shown(panel, content, links, tables)


@require_safe
@readers_only
def table(request, panel, table):
    """One table for spreadsheets, with the parameters of the page."""
    found = registered_as(panel)
    chosen = choice(request)
    content = found.panel(chosen.question, request.user) if found else Panel()
    wanted = next((one for one in content.tables if one.name == table), None)
    if wanted is None:
        raise Http404(f"no table {panel}/{table}")
    where = chosen.prefecture.name if chosen.prefecture and found.is_local else "全国"
    head = [[f"{found.title}：{wanted.caption}", chosen.question.period.label, where], wanted.columns]
    rows = [["" if cell is None else cell for cell in row] for row in wanted.rows]
    return csv_response([*head, *rows], f"{panel}-{table}.csv")
