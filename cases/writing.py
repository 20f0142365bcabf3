"""Writing a new case: choosing the form, the two forms, and what follows the example of another case."""

from contextlib import suppress

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases.form_pages import CaseFormView
from cases.forms import organizations_of
from cases.full_form import FullCaseForm
from cases.models import CaseStudy
from events.models import Event
from policies.models import Policy
from publishing import working_copies
from publishing.models import WorkingCopy
from search.pages import previewed_new


def beginnings(request) -> dict:
    """What the address says a new case begins with, by parameter: an example, a policy it used, an event about it, its
    organization.

    What is unknown, or not public, or not the person's own, is left out.
    """
    choices = {
        "origin": CaseStudy.objects.published(),
        "policy": Policy.objects.published(),
        "event": Event.objects.published(),
        "organization": organizations_of(request.user),
    }
    found = {name: _named(objects, request.GET.get(name, "")) for name, objects in choices.items()}
    return {name: item for name, item in found.items() if item}


def _named(objects, pk):
    return objects.filter(pk=pk).first() if pk.isascii() and pk.isdigit() and len(pk) < 19 else None


def _query(found: dict) -> dict:
    return {name: item.pk for name, item in found.items()}


@require_safe
def begin(request):
    """The choice between the short and the full form, or the way to register an organization first."""
    found = beginnings(request)
    new = working_copies.form_name("case", None, "")
    return render(
        request,
        "cases/case_new.html",
        {
            "origin": found.get("origin"),
            "policy": found.get("policy"),
            "event": found.get("event"),
            "origin_is_unknown": bool(request.GET.get("origin")) and "origin" not in found,
            "short_url": reverse("cases:create_short", query=_query(found) or None),
            "full_url": reverse("cases:create_full", query=_query(found) or None),
            "has_organization": organizations_of(request.user).exists(),
            "begun": [_begun(copy) for copy in WorkingCopy.objects.filter(user=request.user, form__startswith=new)],
            "breadcrumb": [("事例", reverse("cases:list")), ("事例を書く", None)],
        },
    )


def _begun(copy) -> dict:
    """A form that was begun: its title so far and the way back to it."""
    word, _, origin = copy.form.rpartition(":")[2].partition("-")
    name = "cases:create_full" if word == "full" else "cases:create_short"
    return {
        "title": (copy.data.get("title") or [""])[0],
        "updated_at": copy.updated_at,
        "url": reverse(name, query={"origin": origin} if origin else None),
    }


class NewCaseView(CaseFormView):
    """A new case, perhaps after the example of another one (``?origin=12``), or see `beginnings`."""

    heading = "事例を書く"

    def dispatch(self, request, **kwargs):
        self.found = beginnings(request)
        self.origin = self.found.get("origin")
        if not organizations_of(request.user).exists():
            return redirect("cases:create")
        if request.method == "GET" and request.GET.get("origin") and self.origin is None:
            messages.warning(request, "もとになる事例が見つかりません。公開が終わっているかもしれません。")
        return super().dispatch(request, **kwargs)

    @property
    def form_name(self):
        # Two examples are two cases: what was begun after one must not take the place of the other.
        return working_copies.form_name("case", None, f"{self.word}-{self.origin.pk}" if self.origin else self.word)

    def initial(self):
        initial = {}
        if self.origin:
            initial |= {"origin": self.origin.pk, "themes": [theme.pk for theme in self.origin.themes.all()]}
        if "organization" in self.found:
            initial["organization"] = self.found["organization"].pk
        if "policy" in self.found:
            initial["policies"] = [self.found["policy"].pk]
        if "event" in self.found:
            initial["events"] = [self.found["event"].pk]
        return initial

    @property
    def send_action(self):
        publishes = [organization.can_self_publish for organization in organizations_of(self.request.user)]
        return "publish" if all(publishes) else "submit"

    def save_and_go_on(self, form):
        """Sent twice, the form makes one case; what came later and differs goes on as an edit of that one."""
        made = CaseStudy.objects.filter(creation_key=form.cleaned_data["key"], created_by=self.request.user).first()
        if made is None or not self.differs(form, made):
            return super().save_and_go_on(form)
        edit = "cases:edit" if self.word == "full" else "cases:edit_short"
        with suppress(working_copies.TooMuch):
            working_copies.keep(
                self.request.user, working_copies.form_name("case", made.pk, self.word), self.request.POST
            )
        messages.info(self.request, "この事例は、先に保存されています。あとから入力された内容を下に表示しました。")
        return redirect(edit, made.pk)

    def differs(self, form, made) -> bool:
        again = self.form_class(self.request.POST, instance=made, user=self.request.user)
        saved = self.form_class(instance=made, user=self.request.user)
        return bool(set(again.changed_data) - {"key", "version"}) or any(
            rows.text() != saved.rows[name].text() for name, rows in form.rows.items()
        )

    def save(self, form):
        return self.create(form)

    def previewed(self, form):
        return previewed_new(CaseStudy(created_by=self.request.user), form.write_to)

    def surroundings(self):
        steps = [("事例", reverse("cases:list")), ("事例を書く", reverse("cases:create")), ("入力", None)]
        return {"breadcrumb": steps, "origin": self.origin}


class NewFullCaseView(NewCaseView):
    form_class = FullCaseForm
    word = "full"
