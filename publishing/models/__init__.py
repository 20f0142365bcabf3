"""What every published thing shares, its trail, reviews, documents, yearly questions and working copies."""

from publishing.models.attachments import Attachment, AttachmentQuerySet, FileKind
from publishing.models.belonging import Belonging
from publishing.models.items import Duplicate, Publishable, PublishableQuerySet, Status
from publishing.models.questions import Answer, FreshnessQuestion, FreshnessQuestionQuerySet
from publishing.models.reviews import (
    CannedReason,
    ConfirmedContent,
    Decision,
    Review,
    ReviewComment,
    ReviewQuerySet,
    ReviewReason,
    StatusChange,
)
from publishing.models.working_copies import WorkingCopy

__all__ = [
    "Answer",
    "Attachment",
    "AttachmentQuerySet",
    "Belonging",
    "CannedReason",
    "ConfirmedContent",
    "Decision",
    "Duplicate",
    "FileKind",
    "FreshnessQuestion",
    "FreshnessQuestionQuerySet",
    "Publishable",
    "PublishableQuerySet",
    "Review",
    "ReviewComment",
    "ReviewQuerySet",
    "ReviewReason",
    "Status",
    "StatusChange",
    "WorkingCopy",
]
