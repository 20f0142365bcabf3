"""Editing an organization, everything on one page; and the address that belongs to a postal code."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from organizations.actions import save_and_move
from organizations.form_help import filled_address
from organizations.forms import EditForm
from organizations.models import Organization
from organizations.views.form_page import PAGE_METHODS, FormPage
from publishing import working_copies
from publishing.actions import save_changes
from publishing.items import editable_item
from publishing.models import Decision, Status
from publishing.workflow import available_actions

SAVED = {
    Status.PUBLISHED: "保存しました。変更はもう公開されています。事務局があとから内容を確かめます。",
    Status.SUBMITTED: "保存しました。申請中の内容も新しくなりました。",
}
DONE = {"submit": "保存して申請しました。結果はメールでお知らせします。", "publish": "保存して公開しました。"}
MOST_TYPED = 1_000


@require_http_methods(PAGE_METHODS)
def edit(request, pk):
    organization = editable_item(Organization, request.user, pk)
    if organization.status == Status.DISCARDED:
        messages.error(request, "破棄した下書きです。下書きに戻すと、また編集できます。")
        return redirect(organization)
    if organization.status == Status.DRAFT and not organization.criteria_accepted_at:
        return redirect("organizations:register", pk, organization.registration_step())
    return EditPage(request, organization).respond()


class EditPage(FormPage):
    template = "organizations/edit.html"

    def __init__(self, request, organization):
        # Before the form writes into the organization.
        self.actions = available_actions(organization, request.user)
        self.status = organization.status
        form_name = working_copies.form_name("organization", organization.pk, "edit")
        super().__init__(request, organization, EditForm, form_name)

    def respond(self):
        if "_files" in self.request.POST:
            return self.keep(reverse("publishing:attachments", args=["organization", self.organization.pk]))
        return super().respond()

    def context(self):
        return {
            "documents": self.organization.attachments.shown(),
            "can_submit": "submit" in self.actions and not self._publishes,
            "can_publish": self._publishes,
            "returned": self._returned(),
            "breadcrumb": [
                ("団体", reverse("organizations:list")),
                (self.title, reverse("organizations:detail", args=[self.organization.pk])),
                ("編集", None),
            ],
        }

    @property
    def _publishes(self):
        return "publish" in self.actions and self.organization.can_self_publish

    def _returned(self):
        """The decision with which a reviewer returned it; None unless it waits to be corrected."""
        if self.status != Status.RETURNED:
            return None
        return self.organization.reviews.filter(decision=Decision.RETURNED).order_by("-decided_at", "-pk").first()

    def write(self):
        how = {
            "by": self.request.user,
            "version": self.form.cleaned_data["version"],
            "form_name": self.form_name,
        }
        action = self._action()
        if action:
            organization = save_and_move(self.organization, self.form.write_to, action, **how)
            messages.success(self.request, DONE[action])
        else:
            organization = save_changes(self.organization, self.form.write_to, **how)
            messages.success(self.request, _saved(organization))
        if action == "submit":
            return redirect("organizations:submitted", organization.pk)
        return redirect(organization)

    def _action(self) -> str:
        """What the button asks for beside saving, as far as the person may."""
        if "_publish" in self.request.POST and self._publishes:
            return "publish"
        return "submit" if "_submit" in self.request.POST and "submit" in self.actions else ""


def _saved(organization) -> str:
    if organization.is_published and organization.can_self_publish:
        return "保存しました。変更はもう公開されています。"
    return SAVED.get(organization.status, "保存しました。")


@require_safe
def address(request):
    """JSON with the address for a postal code, and a sentence about it."""
    typed = request.GET.get("address", "")[:MOST_TYPED]
    found, sentence = filled_address(request.GET.get("postal_code", "")[:MOST_TYPED], typed)
    return JsonResponse({"address": found, "sentence": sentence}, json_dumps_params={"ensure_ascii": False})
