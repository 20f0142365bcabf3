"""Cases, what belongs to them, and the question whether a policy paid for one."""

from cases.models.case_studies import CaseStudy, CaseStudyQuerySet, Stage
from cases.models.parts import CaseImage, CaseImageQuerySet, CaseLink, CaseVideo
from cases.models.proposals import PolicyProposal, PolicyProposalQuerySet, ProposalAnswer

__all__ = [
    "CaseImage",
    "CaseImageQuerySet",
    "CaseLink",
    "CaseStudy",
    "CaseStudyQuerySet",
    "CaseVideo",
    "PolicyProposal",
    "PolicyProposalQuerySet",
    "ProposalAnswer",
    "Stage",
]
