"""Boards, topics, posts, and what moderators do with them."""

from forum.models.boards import Board, BoardQuerySet
from forum.models.closed import ClosedPost, ClosedTopic
from forum.models.moderation import AGAINST, UNTOLD, ModerationStep, Outcome, Report, Step, Suspension
from forum.models.notices import (
    ABOUT_REPLIES,
    FollowUp,
    Frequency,
    HelpAnswer,
    HelpRequest,
    Notice,
    NoticeKind,
    Subscriber,
    Subscription,
    UnansweredTopic,
)
from forum.models.posts import (
    PER_PAGE,
    Bookmark,
    Post,
    PostQuerySet,
    PostVersion,
    Reaction,
    ReadMark,
    ShownAs,
    Watch,
    page_of_number,
)
from forum.models.topics import ASKING, Purpose, State, Topic, TopicQuerySet

__all__ = [
    "ABOUT_REPLIES",
    "AGAINST",
    "ASKING",
    "PER_PAGE",
    "UNTOLD",
    "Board",
    "BoardQuerySet",
    "Bookmark",
    "ClosedPost",
    "ClosedTopic",
    "FollowUp",
    "Frequency",
    "HelpAnswer",
    "HelpRequest",
    "ModerationStep",
    "Notice",
    "NoticeKind",
    "Outcome",
    "Post",
    "PostQuerySet",
    "PostVersion",
    "Purpose",
    "Reaction",
    "ReadMark",
    "Report",
    "ShownAs",
    "State",
    "Step",
    "Subscriber",
    "Subscription",
    "Suspension",
    "Topic",
    "TopicQuerySet",
    "UnansweredTopic",
    "Watch",
    "page_of_number",
]
