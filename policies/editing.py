"""Posting a policy: a new one, next year's edition as a copy, edits, preview, and sending it."""

from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from policies.forms import PolicyForm
from policies.models import Policy, posting_organizations
from publishing import working_copies
from publishing.actions import ChangedMeanwhile, TransitionNotAllowed, change_status, create, save_changes
from publishing.items import editable_item
from publishing.models import Decision, Status
from publishing.workflow import available_actions
from search.pages import previewed_body

# Buttons that show the form again without judging it.
STEPS = ("_more", "_places", "_back")
# Part of the page, not of what was typed.
NOT_TYPED = {"csrfmiddlewaretoken", "_form", "_keep", "_preview", "_save", "_submit", *STEPS}
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


class PolicyFormView(View):
    """What writing a new policy and editing one share."""

    http_method_names = ["get", "head", "post", "options"]
    heading = ""
    policy: Policy | None = None
    previous: Policy | None = None

    # What differs between a new and an existing policy.

    form_name = ""
    send_action = ""

    def save(self, form) -> Policy:
        raise NotImplementedError

    def previewed(self, form):
        raise NotImplementedError

    # The page.

    def get(self, request, **kwargs):
        form, copy = self.form(), working_copies.kept(request.user, self.form_name)
        if copy:
            form.resume(working_copies.typed_data(copy))
        return self.page(form, copy=copy)

    def post(self, request, **kwargs):
        if "_keep" in request.POST:
            return self.keep()
        if any(step in request.POST for step in STEPS):
            return self.page(self.unjudged())
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form)
        if "_preview" in request.POST:
            return self.preview(form)
        return self.save_and_go_on(form)

    def form(self, data=None):
        return PolicyForm(data, instance=self.policy, previous=self.previous, user=self.request.user)

    def unjudged(self):
        """The form with what was typed, after a button that adds a row or a place, or leads back."""
        form, data = self.form(), self.request.POST
        form.resume(data, shows_municipalities=data.get("_places") == "municipalities")
        if rows := form.rows.get(data.get("_more", "")):
            rows.add_row()
        return form

    def keep(self):
        """Keep what was typed as it is, and lead back to the form."""
        try:
            working_copies.keep(self.request.user, self.form_name, self.request.POST)
        except working_copies.TooMuch:
            messages.error(
                self.request, "文字が多すぎるため、一時保存できません。短くするか、そのまま保存してください。"
            )
            return self.page(self.unjudged())
        messages.success(self.request, "一時保存しました。まだ保存も申請もされていません。")
        return redirect(self.request.get_full_path())

    def preview(self, form):
        body = self.previewed(form)
        typed = [(name, text) for name, texts in self.request.POST.lists() if name not in NOT_TYPED for text in texts]
        context = {"page": body.html, "title": body.title, "typed": typed, **self.buttons()}
        return render(self.request, "policies/policy_preview.html", context)

    def save_and_go_on(self, form):
        try:
            policy = self.save(form)
        except ChangedMeanwhile as error:
            form.show_conflict(error.current)
            return self.page(form)
        if "_submit" in self.request.POST:
            return self.send(policy)
        messages.success(self.request, SAVED.get(policy.status, "保存しました。"))
        return redirect(policy if policy.is_published else reverse("policies:edit", args=[policy.pk]))

    def send(self, policy):
        """Submit, publish or schedule what was just saved, whichever the organization may."""
        action = _send_action(available_actions(policy, self.request.user), policy.publish_at)
        try:
            if not action:
                raise TransitionNotAllowed
            policy = change_status(policy, action, by=self.request.user)
        except TransitionNotAllowed:
            messages.info(self.request, f"保存しました。いまの状態は「{policy.get_status_display()}」です。")
        else:
            messages.success(self.request, SENT[action])
        return redirect(policy if policy.is_published else reverse("policies:edit", args=[policy.pk]))

    def buttons(self) -> dict:
        return {
            "action": self.request.get_full_path(),
            "send_label": SEND_LABELS.get(self.send_action, ""),
            "is_public": bool(self.policy and self.policy.is_published),
            "policy": self.policy,
        }

    def page(self, form, *, copy=None):
        context = {
            "form": form,
            "heading": self.heading,
            "copy": copy,
            "form_name": self.form_name,
            "previous": self.previous,
            "breadcrumb": [(Policy._meta.verbose_name, reverse("policies:list")), (self.heading, None)],
            **self.buttons(),
            **self.surroundings(),
        }
        return render(self.request, "policies/policy_form.html", context)

    def surroundings(self) -> dict:
        return {}


def _send_action(available, publish_at) -> str:
    """Publishing where the organization may, at its time if it has one; else submitting; "" where neither is open."""
    wanted = ("schedule", "submit") if publish_at and publish_at > timezone.now() else ("publish", "submit")
    return next((action for action in wanted if action in available), "")


class NewPolicyView(PolicyFormView):
    """A new policy, or next year's edition of an existing one."""

    heading = "施策・予算を載せる"

    def dispatch(self, request, pk=None):
        if not posting_organizations(request.user).exists():
            raise PermissionDenied("施策・予算を載せられるのは、府省庁・都道府県・市区町村の団体のメンバーだけです。")
        if pk is not None:
            self.previous = editable_item(Policy, request.user, pk)
            self.heading = "次の年度の施策をつくる"
        return super().dispatch(request)

    @property
    def form_name(self):
        return working_copies.form_name("policy", None, f"after-{self.previous.pk}" if self.previous else "full")

    @property
    def send_action(self):
        publishes = [organization.can_self_publish for organization in posting_organizations(self.request.user)]
        return "publish" if all(publishes) else "submit"

    def save_and_go_on(self, form):
        """Sent twice, the form makes one policy; the second time it leads to what the first one made."""
        key, user = form.cleaned_data["key"], self.request.user
        if made := Policy.objects.filter(creation_key=key, created_by=user).first():
            messages.info(self.request, "この施策は、先に保存されています。")
            return redirect("policies:edit", made.pk)
        return super().save_and_go_on(form)

    def save(self, form):
        key = form.cleaned_data["key"]
        return create(Policy, form.write_to, by=self.request.user, key=key, form_name=self.form_name)

    def previewed(self, form):
        """Made, shown and undone."""
        with transaction.atomic():
            policy = Policy(created_by=self.request.user)
            form.write_to(policy)
            body = previewed_body(policy, lambda fresh: None)
            transaction.set_rollback(True)
        return body


class EditPolicyView(PolicyFormView):
    """An existing policy, with its state and what may be done with it."""

    heading = "施策・予算を直す"

    def dispatch(self, request, pk):
        self.policy = editable_item(Policy, request.user, pk)
        self.title = self.policy.title
        self.available = available_actions(self.policy, request.user)
        if self.is_locked:
            return self.locked_page()
        return super().dispatch(request)

    @property
    def is_locked(self) -> bool:
        """Discarded; or approved for a time to come: changed now, it would appear unseen."""
        status = self.policy.status
        return status == Status.DISCARDED or (status == Status.SCHEDULED and not self.policy.can_self_publish)

    def locked_page(self):
        if self.request.method not in ("GET", "HEAD", "POST"):
            return self.http_method_not_allowed(self.request)
        if self.request.method == "POST":
            with suppress(working_copies.TooMuch):
                working_copies.keep(self.request.user, self.form_name, self.request.POST)
            messages.error(
                self.request,
                "いまの状態では保存できません。入力は一時保存しました。下の操作のあとで、続きから直せます。",
            )
        return self.page(None)

    @property
    def form_name(self):
        return working_copies.form_name("policy", self.policy.pk, "full")

    @property
    def send_action(self):
        return "" if self.policy.status == Status.SCHEDULED else _send_action(self.available, None)

    def save(self, form):
        return save_changes(
            self.policy,
            form.write_to,
            by=self.request.user,
            version=form.cleaned_data["version"],
            form_name=self.form_name,
        )

    def previewed(self, form):
        return previewed_body(self.policy, form.write_to)

    def surroundings(self):
        returned = self.policy.status == Status.RETURNED
        last = self.policy.reviews.filter(decision=Decision.RETURNED).order_by("-decided_at", "-pk")
        return {
            "title": self.title,
            "actions": self.available,
            "returned": last.first() if returned else None,
            "breadcrumb": [
                (Policy._meta.verbose_name, reverse("policies:list")),
                (self.title, self.policy.get_absolute_url()),
                ("編集", None),
            ],
        }
