"""What the pages of both forms of a case share: steps, keeping, preview, saving and sending."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cases.forms import ShortCaseForm
from cases.models import CaseStudy
from publishing import working_copies
from publishing.actions import ChangedMeanwhile, TransitionNotAllowed, change_status
from publishing.models import Status
from publishing.workflow import available_actions

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
        action = send_action_of(available_actions(case, self.request.user), case.publish_at)
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


def send_action_of(available, publish_at) -> str:
    """Publishing where the organization may, at its time if it has one; else submitting; "" where neither is open."""
    wanted = ("schedule", "submit") if publish_at and publish_at > timezone.now() else ("publish", "submit")
    return next((action for action in wanted if action in available), "")
