"""The pages on which members write items: steps that only help, keeping, preview, saving and sending.

An app gives the form, the templates and what is special about its kind; `search`, which previews need, is a
neighbour that this app may not import, so `previewed` is theirs, too.
"""

from contextlib import suppress

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from publishing import working_copies
from publishing.actions import ChangedMeanwhile, TransitionNotAllowed, change_status, create, save_changes
from publishing.items import editable_item
from publishing.models import Decision, Publishable, Status
from publishing.workflow import available_actions

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
TOO_MUCH = "文字が多すぎるため、一時保存できません。短くするか、そのまま保存してください。"
KEPT = "一時保存しました。まだ保存も申請もされていません。"
KEPT_FOR_LATER = "いまの状態では保存できません。入力は一時保存しました。下の操作のあとで、続きから直せます。"


def send_action_of(available, publish_at) -> str:
    """Publishing where the organization may, at its time if it has one; else submitting; "" where neither is open."""
    wanted = ("schedule", "submit") if publish_at and publish_at > timezone.now() else ("publish", "submit")
    return next((action for action in wanted if action in available), "")


class KeepsTyped:
    """The button 「一時保存する」 of pages with a `form_name`, a `page` and what was typed `unjudged`."""

    def keep(self, url=""):
        """Keep what was typed as it is, and go on to ``url`` or back to the form."""
        try:
            working_copies.keep(self.request.user, self.form_name, self.request.POST)
        except working_copies.TooMuch:
            messages.error(self.request, TOO_MUCH)
            return self.page(self.unjudged())
        messages.success(self.request, KEPT)
        return redirect(url or self.request.get_full_path())


class ItemFormView(KeepsTyped, View):
    """What writing a new item and editing one share. Templates find the item under its `item_kind`.

    The form has `is_valid`, `write_to`, `resume`, `show_conflict` and `rows` (see `publishing.forms`).
    """

    http_method_names = ["get", "head", "post", "options"]
    model: type[Publishable]
    template_name = ""
    preview_template_name = ""
    heading = ""
    item: Publishable | None = None
    # Buttons that show the form again without judging it.
    STEPS = ("_more", "_places", "_back")
    # The form on an item, when there are several.
    word = "full"

    # What differs between kinds, and between a new and an existing item.

    form_name = ""
    # The action of the button beside 「保存する」; "" when there is none.
    send_action = ""

    def form(self, data=None):
        raise NotImplementedError

    def save(self, form) -> Publishable:
        raise NotImplementedError

    def previewed(self, form):
        raise NotImplementedError

    def files_url(self, what) -> str:
        """The page of files for which the form is left for a while."""
        return ""

    def surroundings(self) -> dict:
        """More context of the page."""
        return {}

    # The page.

    def get(self, request, **kwargs):
        form, copy = self.form(), working_copies.kept(request.user, self.form_name)
        if copy:
            form.resume(working_copies.typed_data(copy))
        return self.page(form, copy=copy)

    def post(self, request, **kwargs):
        if "_keep" in request.POST or "_files" in request.POST:
            return self.keep(self.files_url(request.POST.get("_files")))
        if any(step in request.POST for step in self.STEPS):
            return self.page(self.unjudged())
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form)
        if "_preview" in request.POST:
            return self.preview(form)
        return self.save_and_go_on(form)

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

    def preview(self, form):
        body = self.previewed(form)
        not_typed = {*working_copies.LEFT_OUT, "_files", *self.STEPS}
        typed = [(name, text) for name, texts in self.request.POST.lists() if name not in not_typed for text in texts]
        context = {"page": body.html, "title": body.title, "typed": typed, **self.buttons()}
        return render(self.request, self.preview_template_name, context)

    def save_and_go_on(self, form):
        try:
            item = self.save(form)
        except ChangedMeanwhile as error:
            form.show_conflict(error.current)
            return self.page(form)
        if "_submit" in self.request.POST:
            return self.send(item)
        messages.success(self.request, SAVED.get(item.status, "保存しました。"))
        return redirect(self.url_after(item))

    def send(self, item):
        """Submit, publish or schedule what was just saved, whichever the organization may."""
        action = send_action_of(available_actions(item, self.request.user), item.publish_at)
        try:
            if not action:
                raise TransitionNotAllowed
            item = change_status(item, action, by=self.request.user)
        except TransitionNotAllowed:
            messages.info(self.request, f"保存しました。いまの状態は「{item.get_status_display()}」です。")
        else:
            messages.success(self.request, SENT[action])
        return redirect(self.url_after(item))

    def url_after(self, item) -> str:
        app = self.model._meta.app_label
        return item.get_absolute_url() if item.is_published else reverse(f"{app}:edit", args=[item.pk])

    def buttons(self) -> dict:
        return {
            "action": self.request.get_full_path(),
            "send_label": SEND_LABELS.get(self.send_action, ""),
            "is_public": bool(self.item and self.item.is_published),
            "is_draft": self.item is None or self.item.status == Status.DRAFT,
            self.model.item_kind: self.item,
        }

    def page(self, form, *, copy=None):
        context = {
            "form": form,
            "heading": self.heading,
            "copy": copy,
            "form_name": self.form_name,
            "word": self.word,
            **self.buttons(),
            **self.surroundings(),
        }
        return render(self.request, self.template_name, context)

    def create(self, form):
        """The new item of a form with the field ``key``; sent twice it is one."""
        key = form.cleaned_data["key"]
        return create(self.model, form.write_to, by=self.request.user, key=key, form_name=self.form_name)


class NewItemMixin:
    """A new item from a form with the field ``key``; stands before an `ItemFormView`.

    Sent twice, the form makes one; the second time it leads to what the first one made and says `was_made`.
    """

    was_made = ""

    def save_and_go_on(self, form):
        key, user = form.cleaned_data["key"], self.request.user
        if made := self.model._default_manager.filter(creation_key=key, created_by=user).first():
            messages.info(self.request, self.was_made)
            return redirect(f"{self.model._meta.app_label}:edit", made.pk)
        return super().save_and_go_on(form)

    def save(self, form):
        return self.create(form)


class EditItemMixin:
    """An existing item, with its state and what may be done with it; stands before an `ItemFormView`."""

    def dispatch(self, request, pk):
        self.item = editable_item(self.model, request.user, pk)
        # Before the form writes into the item.
        self.title = str(self.item)
        self.available = available_actions(self.item, request.user)
        if self.is_locked and request.method in ("GET", "HEAD", "POST"):
            return self.locked_page()
        return super().dispatch(request)

    @property
    def is_locked(self) -> bool:
        """Discarded; or approved for a time to come: changed now, it would appear unseen."""
        status = self.item.status
        return status == Status.DISCARDED or (status == Status.SCHEDULED and not self.item.can_self_publish)

    def locked_page(self):
        """No form. What somebody typed while the item was approved or discarded is not lost."""
        if self.request.method == "POST":
            with suppress(working_copies.TooMuch):
                working_copies.keep(self.request.user, self.form_name, self.request.POST)
            messages.error(self.request, KEPT_FOR_LATER)
        return self.page(None)

    @property
    def form_name(self):
        return working_copies.form_name(self.model.item_kind, self.item.pk, self.word)

    @property
    def send_action(self):
        # A time is asked for in the form: with one, "schedule" takes the place of "publish".
        return "" if self.item.status == Status.SCHEDULED else send_action_of(self.available, None)

    def save(self, form):
        return save_changes(
            self.item,
            form.write_to,
            by=self.request.user,
            version=form.cleaned_data["version"],
            form_name=self.form_name,
        )

    def surroundings(self):
        last = self.item.reviews.filter(decision=Decision.RETURNED).order_by("-decided_at", "-pk")
        return {
            "title": self.title,
            "actions": self.available,
            "returned": last.first() if self.item.status == Status.RETURNED else None,
        }
