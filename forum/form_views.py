"""What the pages on which people write share: steps that only help, keeping, preview, floods, saving."""

from contextlib import suppress

from django.conf import settings
from django.db import transaction
from django.shortcuts import redirect, render
from django.views import View

from accounts import limits
from forum.actions import NotOpen
from forum.forms import LONGEST_BODY
from forum.markup import render_post
from forum.obstacles import Obstacle, Why
from forum.rules import Rule
from publishing import working_copies
from publishing.form_pages import KeepsTyped

HELD = (
    "受け付けました。事務局が確かめたあとに、ほかの人にも見えるようになります。それまでは、ご自分だけに見えています。"
)


class WritingView(KeepsTyped, View):
    """Subclasses give the form, say what keeps the person from writing, and save."""

    http_method_names = ["get", "head", "post", "options"]
    template_name = ""
    heading = ""
    # Buttons that show the form again without judging it.
    STEPS = ("_places", "_find", "_back")
    # Whether what is saved is a new post, of which there are limits.
    is_new_post = True

    form_name = ""

    def obstacle(self) -> Obstacle | None:
        raise NotImplementedError

    def form(self, data=None):
        raise NotImplementedError

    def before_saving(self, form):
        """A page that stands between a valid form and its saving, if there is one."""

    def made_before(self, form) -> bool:
        """Whether the form was sent before and has made its post already."""
        return False

    def save(self, form) -> str:
        """Save and return where to go on; a message is left for there."""
        raise NotImplementedError

    def surroundings(self) -> dict:
        """More context of the page."""
        return {}

    # The page.

    def get(self, request, **kwargs):
        if obstacle := self.obstacle():
            return self.refuse(obstacle)
        form, copy = self.form(), working_copies.kept(request.user, self.form_name)
        if copy:
            form.resume(working_copies.typed_data(copy))
        return self.page(form, copy=copy)

    def post(self, request, **kwargs):
        if obstacle := self.obstacle():
            return self.refuse(obstacle)
        if "_keep" in request.POST:
            return self.keep()
        if "_preview" in request.POST:
            return self.preview()
        if any(step in request.POST for step in self.STEPS):
            return self.page(self.unjudged())
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form)
        if page := self.before_saving(form):
            return page
        if wait := self.wait(form):
            return self.wait_page(form, wait)
        return self.save_and_go_on(form)

    def refuse(self, obstacle):
        """Say what is in the way. What was typed meanwhile is kept for later."""
        typed = self.request.POST.get("body", "") if self.request.method == "POST" else ""
        if typed:
            with suppress(working_copies.TooMuch):
                working_copies.keep(self.request.user, self.form_name, self.request.POST)
        context = {"heading": self.heading, "obstacle": obstacle, "typed": typed, **self.surroundings()}
        status = 200 if obstacle.why == Why.LOCKED and self.request.method != "POST" else 403
        return render(self.request, "forum/cannot_write.html", context, status=status)

    def unjudged(self):
        """The form with what was typed, after a button that adds or looks for something or leads back."""
        form, data = self.form(), self.request.POST
        if data.get("_places") == "municipalities" and hasattr(form, "resume_with_municipalities"):
            form.resume_with_municipalities(data)
        else:
            form.resume(data)
        return form

    def preview(self):
        """The text as it will look: a part of the page for htmx, else the form with it."""
        form, body = self.unjudged(), self.request.POST.get("body", "")
        preview = {
            "is_too_long": len(body) > LONGEST_BODY,
            "html": self.shown(body) if len(body) <= LONGEST_BODY else "",
            "byline": getattr(form, "chosen_byline", ""),
        }
        if self.request.htmx:
            return render(self.request, "forum/_preview.html", {"preview": preview})
        return self.page(form, preview=preview)

    def shown(self, body: str) -> str:
        return render_post(body)

    def wait(self, form) -> int:
        """How many seconds the person has to wait before writing again; a second click on a form costs nothing."""
        if not self.is_new_post or self.made_before(form):
            return 0
        name = f"forum posts {self.request.user.pk}"
        return limits.take(*((name, limits.Limit(*limit)) for limit in settings.FORUM_POST_LIMITS))

    def wait_page(self, form, wait):
        response = self.page(form, status=429, wait=wait, wait_minutes=-(-wait // 60))
        response["Retry-After"] = wait
        return response

    def save_and_go_on(self, form):
        try:
            with transaction.atomic():
                url = self.save(form)
                working_copies.forget(self.request.user, self.form_name)
        except NotOpen:
            # Locked, closed or suspended while the form was open.
            obstacle = self.obstacle()
            return self.refuse(obstacle) if obstacle else self.page(form)
        return redirect(url)

    def page(self, form, *, status=200, copy=None, **more):
        context = {
            "form": form,
            "heading": self.heading,
            "copy": copy,
            "form_name": self.form_name,
            "action": self.request.get_full_path(),
            "rules": Rule.labels,
            **self.surroundings(),
            **more,
        }
        return render(self.request, self.template_name, context, status=status)
