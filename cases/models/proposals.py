"""Asking the people behind a case whether a policy paid for it."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from cases.models.case_studies import CaseStudy
from organizations.models import Organization
from policies.models import Policy
from publishing.models import Status


class ProposalAnswer(models.TextChoices):
    OPEN = "open", "未回答"
    ACCEPTED = "accepted", "受け入れた"
    DECLINED = "declined", "断った"
    WITHDRAWN = "withdrawn", "取り下げた"


class PolicyProposalQuerySet(models.QuerySet):
    def open(self):
        return self.filter(answer=ProposalAnswer.OPEN)

    def still_apart(self):
        """Those whose case and policy are public, and were not linked by other means meanwhile."""
        linked = CaseStudy.policies.through.objects.filter(casestudy=OuterRef("case"), policy=OuterRef("policy"))
        return self.filter(~Exists(linked), case__status=Status.PUBLISHED, policy__status=Status.PUBLISHED)

    def waiting(self):
        """Those that can be answered now."""
        return self.open().still_apart()

    def declined(self):
        return self.filter(answer=ProposalAnswer.DECLINED).still_apart()

    def answerable_by(self, user):
        return self.filter(case__in=CaseStudy.objects.editable_by(user).values("pk"))

    def made_for(self, user):
        """Those about policies that the person may edit: theirs to follow and to withdraw."""
        return self.filter(policy__in=Policy.objects.editable_by(user).values("pk"))

    def visible_to(self, user):
        """For the people on both sides."""
        both = self.answerable_by(user).values("pk"), self.made_for(user).values("pk")
        return self.filter(Q(pk__in=both[0]) | Q(pk__in=both[1]))

    def for_list(self):
        """Oldest first: who has waited longest."""
        return self.select_related("case__organization", "policy", "organization").order_by("created_at", "pk")


class PolicyProposal(models.Model):
    """The people of a policy say that somebody else's case used it; those of the case answer.

    Rows are kept whatever the answer is: a policy that was declined is not proposed again.
    """

    case = models.ForeignKey(CaseStudy, models.CASCADE, related_name="policy_proposals", verbose_name="事例")
    policy = models.ForeignKey(Policy, models.CASCADE, related_name="case_proposals", verbose_name="施策・予算")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="お願いした人"
    )
    # As it was then: a policy may go to another organization.
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="policy_proposals", verbose_name="お願いした機関"
    )
    note = models.CharField("ひとこと", max_length=200, blank=True)
    created_at = models.DateTimeField("お願いした日時", auto_now_add=True)
    answer = models.CharField("返事", max_length=10, choices=ProposalAnswer.choices, default=ProposalAnswer.OPEN)
    # Who withdrew it, if it was withdrawn.
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="答えた人"
    )
    answered_at = models.DateTimeField("答えた日時", null=True, blank=True)

    objects = PolicyProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "事例と施策を結ぶお願い"
        verbose_name_plural = "事例と施策を結ぶお願い"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "policy"],
                condition=Q(answer=ProposalAnswer.OPEN),
                name="cases_policyproposal_is_open_once",
            ),
            models.CheckConstraint(
                condition=Q(answer=ProposalAnswer.OPEN, answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(answer=ProposalAnswer.OPEN) & Q(answered_at__isnull=False)),
                name="cases_policyproposal_answer_has_a_date",
            ),
        ]

    def __str__(self):
        return f"{self.case}／{self.policy}"

    def get_absolute_url(self):
        return reverse("cases:proposal", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.answer == ProposalAnswer.OPEN
