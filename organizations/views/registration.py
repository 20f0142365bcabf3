"""Registering an organization in three steps, each of which is saved."""

import uuid

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from organizations.actions import register, save_and_move
from organizations.forms import AboutForm, ActivityForm, ContactForm
from organizations.models import Organization
from organizations.views.form_page import PAGE_METHODS, FormPage
from publishing import working_copies
from publishing.actions import save_changes
from publishing.figures import usual_working_days
from publishing.items import editable_item
from publishing.models import Status
from taxonomy import postal

STEPS = {1: ("団体について", AboutForm), 2: ("活動の内容", ActivityForm), 3: ("連絡先と確認", ContactForm)}
LAST = max(STEPS)


@require_http_methods(PAGE_METHODS)
def create(request):
    """Step 1 of an organization that does not exist yet."""
    key = _key(request)
    # The same form sent again, after going back in the browser or by a double click, is an edit by now.
    organization = Organization.objects.filter(creation_key=key, created_by=request.user).first()
    if organization and organization.status != Status.DRAFT:
        return redirect("organizations:edit", organization.pk)
    return StepPage(request, organization, 1, key).respond()


def _key(request):
    """The key of the form; a new one for what is none, or is somebody else's."""
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()
    is_foreign = Organization.objects.filter(creation_key=key).exclude(created_by=request.user).exists()
    return uuid.uuid4() if is_foreign else key


@require_http_methods(PAGE_METHODS)
def step(request, pk, number):
    organization = editable_item(Organization, request.user, pk)
    if number not in STEPS:
        raise Http404(f"no step {number}")
    if organization.status != Status.DRAFT:
        return redirect("organizations:edit", pk)
    return StepPage(request, organization, number).respond()


class StepPage(FormPage):
    template = "organizations/register.html"

    def __init__(self, request, organization, number, key=None):
        self.number, self.key, self.namesakes = number, key, []
        form_name = working_copies.form_name("organization", organization and organization.pk, f"register-{number}")
        super().__init__(request, organization, STEPS[number][1], form_name)
        _suggest_region(self.form)

    def respond(self):
        if "_back" in self.request.POST and self.number > 1:
            return self.keep(then=self._url(self.number - 1))
        return super().respond()

    def context(self):
        return {
            "key": self.key,
            "number": self.number,
            "steps": [label for label, _ in STEPS.values()],
            "step_label": STEPS[self.number][0],
            "namesakes": self.namesakes,
            # Of the steps before, for those who came to the last without them.
            "missing": self._missing() if self.number == LAST else [],
            "breadcrumb": [("団体", reverse("organizations:list")), ("団体の登録", None)],
        }

    def may_be_saved(self):
        if "_submit" in self.request.POST and self._missing():
            return False
        if self.number == 1 and self.organization is None:
            return self._differs_from_others()
        return True

    def _missing(self) -> list[str]:
        # The form has written into its instance.
        return Organization.objects.get(pk=self.organization.pk).missing_in_registration()

    def _differs_from_others(self) -> bool:
        """Whether no public organization has nearly the name, or the person has seen which and means another."""
        name = self.form.cleaned_data["name"]
        if self.request.POST.get("differs") == name:
            return True
        self.namesakes = Organization.objects.namesakes(name)
        return not self.namesakes

    def write(self):
        write, by = self.form.write_to, self.request.user
        if self.organization is None:
            organization = register(write, by=by, key=self.key, form_name=self.form_name)
            return redirect(reverse("organizations:register", args=[organization.pk, 2]))
        how = {"by": by, "version": self.form.cleaned_data["version"], "form_name": self.form_name}
        if "_submit" in self.request.POST and self.number == LAST:
            save_and_move(self.organization, write, "submit", **how)
            return redirect("organizations:submitted", self.organization.pk)
        save_changes(self.organization, write, **how)
        return redirect(self._url(min(self.number + 1, LAST)))

    def _url(self, number):
        return reverse("organizations:register", args=[self.organization.pk, number])


def _suggest_region(form):
    """The municipality of the address is nearly always one where the organization acts."""
    if "regions" in form.fields and not form.initial.get("regions"):
        place = postal.find(form.instance.postal_code)
        if place and place.region_code:
            form.initial["regions"] = [place.region_code]


@require_safe
def submitted(request, pk):
    """After submitting: the receipt number, and how long it usually takes."""
    organization = editable_item(Organization, request.user, pk)
    if organization.status != Status.SUBMITTED:
        return redirect(organization)
    context = {
        "organization": organization,
        "usual_days": usual_working_days(),
        "breadcrumb": [("団体", reverse("organizations:list")), ("申請の受付", None)],
    }
    return render(request, "organizations/submitted.html", context)
