"""Pages of the policies that everybody may read."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from policies.comparing import line_by_line
from policies.filters import policy_facets
from policies.models import Policy
from policies.related import related_to
from publishing.items import visible_item
from search.lists import SearchableListView
from search.pages import SearchableDetailView
from search.request import Sort


class PolicyListView(SearchableListView):
    model = Policy
    template_name = "policies/policy_list.html"
    title = "施策・予算"
    data_name = "policies"
    sorts = {
        Sort.RELEVANCE: "関連の高い順",
        Sort.NEWEST: "新着順",
        Sort.DEADLINE: "締切の近い順",
        Sort.AMOUNT: "金額の大きい順",
    }

    def choice_facets(self, data):
        return policy_facets()


class PolicyDetailView(SearchableDetailView):
    model = Policy
    template_name = "policies/policy_detail.html"

    def around(self, pk, body):
        """What hangs on today and on other policies, and so is no part of the stored page."""
        policy = get_object_or_404(Policy.objects.only(*Policy.DAY_FIELDS), pk=pk)
        user = self.request.user
        return {
            "policy": policy,
            # The way to an app that comes later, by its address.
            "writing_url": reverse("cases:create", query={"policy": pk}),
            "today": timezone.localdate(),
            "can_edit": user.is_authenticated and Policy.objects.editable_by(user).filter(pk=pk).exists(),
            **related_to(policy, body, user),
        }


@login_not_required
@require_safe
def changes(request, pk):
    """What differs from the edition of the year before, line by line."""
    policy = visible_item(Policy, request.user, pk)
    before = Policy.objects.visible_to(request.user).filter(pk=policy.predecessor_id).first()
    if before is None:
        raise Http404(f"policy {pk} has no earlier edition to compare with")
    breadcrumb = [
        (Policy._meta.verbose_name, reverse("policies:list")),
        (policy.title, policy.get_absolute_url()),
        ("前の年度との違い", None),
    ]
    context = {
        "policy": policy,
        "before": before,
        "changes": line_by_line(before, policy),
        "breadcrumb": breadcrumb,
    }
    return render(request, "policies/changes.html", context)
