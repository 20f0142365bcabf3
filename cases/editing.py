"""Editing a case in either form, with its state and what may be done with it."""

from contextlib import suppress

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse

from cases.form_pages import CaseFormView, send_action_of
from cases.full_form import FullCaseForm
from cases.models import CaseStudy
from publishing import working_copies
from publishing.actions import save_changes
from publishing.items import editable_item
from publishing.models import Decision, Status
from publishing.workflow import available_actions
from search.pages import previewed_body


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
        return send_action_of(self.available, None) if self.case.status != Status.SCHEDULED else ""

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
