"""What the form pages of organizations share: resuming, helping, keeping, looking at the page, saving."""

from django.contrib import messages
from django.db import IntegrityError
from django.shortcuts import redirect, render

from organizations.form_fields import NUMBER_IS_TAKEN
from organizations.form_help import help_with, preview, resume_copy
from publishing import working_copies
from publishing.actions import ChangedMeanwhile, TransitionNotAllowed

TOO_MUCH = "文字が多すぎるため、一時保存できません。短くしてから、もう一度押してください。"
PAGE_METHODS = ["GET", "HEAD", "POST"]


class FormPage:
    """One request to a page whose form writes to ``organization`` (None: a new one)."""

    template: str

    def __init__(self, request, organization, form_class, form_name):
        self.request, self.organization, self.form_name = request, organization, form_name
        # Forms write into their instance even when they refuse: the page names what is stored.
        self.title = str(organization or "")
        data = request.POST if request.method == "POST" else None
        self.form = form_class(data, instance=organization, user=request.user)
        self.copy = None

    def respond(self):
        if self.request.method != "POST":
            self.copy = resume_copy(self.form, self.request.user, self.form_name)
            return self.show()
        if help_with(self.form, self.request.POST):
            return self.show()
        if "_keep" in self.request.POST:
            return self.keep()
        if not self.form.is_valid() or not self.may_be_saved():
            return self.show()
        return self.save()

    def show(self):
        context = {
            "form": self.form,
            "form_name": self.form_name,
            "copy": self.copy,
            "organization": self.organization,
            "organization_name": self.title,
            "is_about_regions": "regions" in self.form.fields,
            **self.context(),
        }
        return render(self.request, self.template, context)

    def keep(self, then=""):
        """Keep what was typed without judging it; ``then`` is where to go."""
        version = self.organization.version if self.organization else None
        try:
            working_copies.keep(self.request.user, self.form_name, self.request.POST, version=version)
        except working_copies.TooMuch:
            messages.error(self.request, TOO_MUCH)
            self.form.resume(self.request.POST)
            return self.show()
        if not then:
            messages.success(self.request, "一時保存しました。続きは、マイページからいつでも入力できます。")
        return redirect(then or self.request.path)

    def save(self):
        try:
            if "_preview" in self.request.POST and self.organization:
                return preview(self.request, self.organization, self.form)
            return self.write()
        except ChangedMeanwhile as error:
            self.form.show_conflict(error.current)
        except TransitionNotAllowed:
            messages.error(self.request, "ほかの方が先に状態を変えたため、何も変えていません。")
            return redirect("organizations:detail", self.organization.pk)
        except IntegrityError as error:
            if not _is_taken_number(error):
                raise
            self.form.add_error("corporate_number", NUMBER_IS_TAKEN)
        return self.show()

    def may_be_saved(self) -> bool:
        """Asked when every field is right; what hinders is shown on the page."""
        return True

    def context(self) -> dict:
        return {}

    def write(self):
        """Save what was typed; returns where to go."""
        raise NotImplementedError


def _is_taken_number(error: IntegrityError) -> bool:
    """Whether somebody registered the same corporate number at the same moment."""
    return "corporate_number" in (error.__cause__.diag.constraint_name or "")
