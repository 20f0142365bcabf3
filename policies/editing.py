"""Posting a policy: a new one, next year's edition as a copy, edits, preview, and sending it."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse

from policies.forms import PolicyForm
from policies.models import Policy, organizations_to_post_for
from publishing import working_copies
from publishing.form_pages import EditItemMixin, ItemFormView, NewItemMixin
from publishing.items import editable_item
from search.pages import previewed_body, previewed_new


class PolicyFormView(ItemFormView):
    """What writing a new policy and editing one share."""

    model = Policy
    template_name = "policies/policy_form.html"
    preview_template_name = "publishing/item_preview.html"
    previous: Policy | None = None

    def form(self, data=None):
        return PolicyForm(data, instance=self.item, previous=self.previous, user=self.request.user)

    def surroundings(self):
        return {
            "previous": self.previous,
            "breadcrumb": [(Policy._meta.verbose_name, reverse("policies:list")), (self.heading, None)],
            **super().surroundings(),
        }


class NewPolicyView(NewItemMixin, PolicyFormView):
    """A new policy, or next year's edition of an existing one."""

    heading = "施策・予算を載せる"
    was_made = "この施策は、先に保存されています。"

    def dispatch(self, request, pk=None):
        if not organizations_to_post_for(request.user).exists():
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
        publishes = [organization.can_self_publish for organization in organizations_to_post_for(self.request.user)]
        return "publish" if all(publishes) else "submit"

    def previewed(self, form):
        return previewed_new(Policy(created_by=self.request.user), form.write_to)


class EditPolicyView(EditItemMixin, PolicyFormView):
    heading = "施策・予算を直す"

    def previewed(self, form):
        return previewed_body(self.item, form.write_to)

    def surroundings(self):
        steps = [
            (Policy._meta.verbose_name, reverse("policies:list")),
            (self.title, self.item.get_absolute_url()),
            ("編集", None),
        ]
        return {**super().surroundings(), "breadcrumb": steps}
