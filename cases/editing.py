"""Writing a case: choosing the form, the two forms for a new and for an existing one, preview, and sending it."""

from contextlib import suppress

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View
from django.views.decorators.http import require_safe

from cases.forms import FullCaseForm, ShortCaseForm, organizations_of
from cases.models import CaseStudy
from publishing import working_copies
from publishing.actions import ChangedMeanwhile, TransitionNotAllowed, change_status, create, save_changes
from publishing.items import editable_item
from publishing.models import Decision, Status, WorkingCopy
from publishing.workflow import available_actions
from search.pages import previewed_body

# Buttons that show the form again without judging it.
STEPS = ("_more", "_find", "_places", "_back")
# Part of the page, not of what was typed.
NOT_TYPED = {"csrfmiddlewaretoken", "_form", "_keep", "_preview", "_save", "_submit", "_files", *STEPS}
SAVED = {
    Status.DRAFT: "下書きを保存しました。まだ公開も申請もされていません。",
    Status.SUBMITTED: "保存しました。事務局は、いまの内容で審査します。",
    Status.SCHEDULED: "保存しました。",
    Status.PUBLISHED: "保存しました。公開中のページに、もう反映されています。",
    Status.RETURNED: "保存しました。直し終わったら、もう一度申請してください。",
    Status.CLOSED: "保存しました。公開は終了したままです。",
}
SENT = {
    "submit": "申請しました。結果はメールでお知らせします。",
    "publish": "公開しました。",
    "schedule": "公開を予約しました。決めた日時に公開します。",
}
SEND_LABELS = {"submit": "申請する", "publish": "公開する", "schedule": "公開する"}


def origin_from(request):
    """The published case that the address names as the example, None without one or for an unknown one."""
    pk = request.GET.get("origin", "")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    return CaseStudy.objects.published().filter(pk=pk).first()


@require_safe
def begin(request):
    """The choice between the short and the full form, or the way to register an organization first."""
    origin = origin_from(request)
    new = working_copies.form_name("case", None, "")
    return render(
        request,
        "cases/case_new.html",
        {
            "origin": origin,
            "origin_is_unknown": bool(request.GET.get("origin")) and origin is None,
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


class CaseFormView(View):
    """What writing a new case and editing one share. Subclasses say which form it is and how it is saved."""

    form_class = ShortCaseForm
    word = "short"
    heading = ""
    case: CaseStudy | None = None

    # What differs between a new and an existing case.

    def save(self, form) -> CaseStudy:
        raise NotImplementedError

    def previewed(self, form):
        raise NotImplementedError

    @property
    def form_name(self) -> str:
        raise NotImplementedError

    @property
    def send_action(self) -> str:
        """The action of the button beside 「保存する」; "" when there is none."""
        raise NotImplementedError

    def initial(self) -> dict:
        return {}

    def files_url(self, what) -> str:
        """The page of the pictures or documents, for which the form is left for a while."""
        return ""

    # The page.

    def get(self, request, **kwargs):
        form, copy = self.form(), working_copies.kept(request.user, self.form_name)
        if copy:
            form.resume(working_copies.typed_data(copy))
        return self.page(form, copy=copy)

    def post(self, request, **kwargs):
        if "_keep" in request.POST or "_files" in request.POST:
            return self.keep(self.files_url(request.POST.get("_files")))
        if any(step in request.POST for step in STEPS):
            return self.page(self.unjudged())
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form)
        if "_preview" in request.POST:
            return self.preview(form)
        return self.save_and_go_on(form)

    def form(self, data=None):
        return self.form_class(data, instance=self.case, initial=self.initial(), user=self.request.user)

    def unjudged(self):
        """The form with what was typed, after a button that adds a row, looks for something or leads back."""
        form, data = self.form(), self.request.POST
        if data.get("_places") == "municipalities":
            form.resume_with_municipalities(data)
        else:
            form.resume(data)
        if rows := form.rows.get(data.get("_more", "")):
            rows.add_row()
        return form

    def keep(self, url=""):
        """Keep what was typed as it is, and go on to ``url`` or back to the form."""
        try:
            working_copies.keep(self.request.user, self.form_name, self.request.POST)
        except working_copies.TooMuch:
            messages.error(
                self.request, "文字が多すぎるため、一時保存できません。短くするか、そのまま保存してください。"
            )
            return self.page(self.unjudged())
        messages.success(self.request, "一時保存しました。まだ保存も申請もされていません。")
        return redirect(url or self.request.get_full_path())

    def preview(self, form):
        body = self.previewed(form)
        typed = [(name, text) for name, texts in self.request.POST.lists() if name not in NOT_TYPED for text in texts]
        return render(
            self.request,
            "cases/case_preview.html",
            {"page": body.html, "title": body.title, "typed": typed, "case": self.case, **self.buttons()},
        )

    def save_and_go_on(self, form):
        try:
            case = self.save(form)
        except ChangedMeanwhile as error:
            form.show_conflict(error.current)
            return self.page(form)
        if "_submit" in self.request.POST:
            return self.send(case)
        messages.success(self.request, SAVED[case.status])
        return redirect(case if case.is_published else reverse("cases:edit", args=[case.pk]))

    def send(self, case):
        """Submit or publish what was just saved, whichever the organization may."""
        action = _send_action(available_actions(case, self.request.user), case.publish_at)
        try:
            if not action:
                raise TransitionNotAllowed
            case = change_status(case, action, by=self.request.user)
        except TransitionNotAllowed:
            messages.info(self.request, f"保存しました。いまの状態は「{case.get_status_display()}」です。")
        else:
            messages.success(self.request, SENT[action])
        return redirect(case if case.is_published else reverse("cases:edit", args=[case.pk]))

    def buttons(self) -> dict:
        return {
            "action": self.request.get_full_path(),
            "send_label": SEND_LABELS.get(self.send_action, ""),
            "is_public": bool(self.case and self.case.is_published),
        }

    def page(self, form, *, copy=None) -> HttpResponse:
        context = {
            "form": form,
            "case": self.case,
            "heading": self.heading,
            "copy": copy,
            "form_name": self.form_name,
            "word": self.word,
            **self.buttons(),
            **self.surroundings(),
        }
        return render(self.request, "cases/case_form.html", context)

    def surroundings(self) -> dict:
        return {}


def _send_action(available, publish_at) -> str:
    """Publishing where the organization may, at its time if it has one; else submitting; "" where neither is open."""
    wanted = ("schedule", "submit") if publish_at and publish_at > timezone.now() else ("publish", "submit")
    return next((action for action in wanted if action in available), "")


class NewCaseView(CaseFormView):
    """A new case, perhaps after the example of another one (``?origin=12``)."""

    heading = "事例を書く"

    def dispatch(self, request, **kwargs):
        self.origin = origin_from(request)
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
        if self.origin is None:
            return {}
        return {"origin": self.origin.pk, "themes": [theme.pk for theme in self.origin.themes.all()]}

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
        return create(
            CaseStudy, form.write_to, by=self.request.user, key=form.cleaned_data["key"], form_name=self.form_name
        )

    def previewed(self, form):
        """Made, shown and undone."""
        with transaction.atomic():
            case = CaseStudy(created_by=self.request.user)
            form.write_to(case)
            body = previewed_body(case, lambda fresh: None)
            transaction.set_rollback(True)
        return body

    def surroundings(self):
        steps = [("事例", reverse("cases:list")), ("事例を書く", reverse("cases:create")), ("入力", None)]
        return {"breadcrumb": steps, "origin": self.origin}


class NewFullCaseView(NewCaseView):
    form_class = FullCaseForm
    word = "full"


class EditCaseView(CaseFormView):
    """An existing case, in one of the forms, with its state and what may be done with it."""

    heading = "事例を直す"

    def dispatch(self, request, pk):
        self.case = editable_item(CaseStudy, request.user, pk)
        self.title = self.case.title
        self.available = available_actions(self.case, request.user)
        if self.is_locked:
            return self.locked_page()
        return super().dispatch(request)

    @property
    def is_locked(self) -> bool:
        """Discarded; or approved for a time to come: changed now, it would appear unseen."""
        status = self.case.status
        return status == Status.DISCARDED or (status == Status.SCHEDULED and not self.case.can_self_publish)

    def locked_page(self):
        if self.request.method == "POST":
            self.keep_for_later()
        context = {"form": None, "case": self.case, "heading": self.heading, **self.surroundings()}
        return render(self.request, "cases/case_form.html", context)

    def keep_for_later(self):
        """Somebody approved or discarded the case while it was being edited: what was typed is not lost."""
        with suppress(working_copies.TooMuch):
            working_copies.keep(self.request.user, self.form_name, self.request.POST)
        messages.error(
            self.request, "いまの状態では保存できません。入力は一時保存しました。下の操作のあとで、続きから直せます。"
        )

    @property
    def form_name(self):
        return working_copies.form_name("case", self.case.pk, self.word)

    @property
    def send_action(self):
        # A time is asked for in the form: with one, "schedule" takes the place of "publish".
        return _send_action(self.available, None) if self.case.status != Status.SCHEDULED else ""

    def save(self, form):
        return save_changes(
            self.case,
            form.write_to,
            by=self.request.user,
            version=form.cleaned_data["version"],
            form_name=self.form_name,
        )

    def previewed(self, form):
        return previewed_body(self.case, form.write_to)

    def files_url(self, what):
        addresses = {
            "pictures": reverse("cases:pictures", args=[self.case.pk]),
            "documents": reverse("publishing:attachments", args=[CaseStudy.item_kind, self.case.pk]),
        }
        return addresses.get(what, "")

    def surroundings(self):
        pk, other = self.case.pk, "full" if self.word == "short" else "short"
        other_name = working_copies.form_name("case", pk, other)
        returned = self.case.reviews.filter(decision=Decision.RETURNED).order_by("-decided_at", "-pk")
        return {
            "breadcrumb": [
                ("事例", reverse("cases:list")),
                (self.title, reverse("cases:detail", args=[pk])),
                ("直す", None),
            ],
            "title": self.title,
            "actions": self.available,
            "returned": returned.first() if self.case.status == Status.RETURNED else None,
            "pictures": list(self.case.images.shown()),
            "documents": list(self.case.attachments.shown()),
            "other_is_begun": working_copies.kept(self.request.user, other_name) is not None,
            "edit_url": self.request.path,
        }


class EditFullCaseView(EditCaseView):
    form_class = FullCaseForm
    word = "full"
