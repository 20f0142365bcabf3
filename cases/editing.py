"""Editing a case in either form, with its state and what may be done with it."""

from django.urls import reverse

from cases.form_pages import CaseFormView
from cases.full_form import FullCaseForm
from cases.models import CaseStudy
from publishing import working_copies
from publishing.form_pages import EditItemMixin
from search.pages import previewed_body


class EditCaseView(EditItemMixin, CaseFormView):
    heading = "事例を直す"

    def previewed(self, form):
        return previewed_body(self.item, form.write_to)

    def files_url(self, what):
        addresses = {
            "pictures": reverse("cases:pictures", args=[self.item.pk]),
            "documents": reverse("publishing:attachments", args=[CaseStudy.item_kind, self.item.pk]),
        }
        return addresses.get(what, "")

    def surroundings(self):
        pk, other = self.item.pk, "full" if self.word == "short" else "short"
        other_name = working_copies.form_name("case", pk, other)
        return {
            **super().surroundings(),
            "breadcrumb": [
                ("事例", reverse("cases:list")),
                (self.title, reverse("cases:detail", args=[pk])),
                ("直す", None),
            ],
            "pictures": list(self.item.images.shown()),
            "documents": list(self.item.attachments.shown()),
            "other_is_begun": working_copies.kept(self.request.user, other_name) is not None,
            "proposals": list(self.item.policy_proposals.waiting().for_list()),
            "edit_url": self.request.path,
        }


class EditFullCaseView(EditCaseView):
    form_class = FullCaseForm
    word = "full"
