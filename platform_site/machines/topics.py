"""Structured data of the topics of the board that everybody may read."""

from platform_site.machines.items import moment, names, places
from platform_site.machines.json_ld import absolute, thing


def discussion(topic, first, regions, themes) -> dict:
    """A topic with its ``first`` post; people are known by what stands beside their posts, nothing else."""
    address = absolute(topic.get_absolute_url())
    replies = thing(
        "InteractionCounter",
        interactionType="https://schema.org/CommentAction",
        userInteractionCount=topic.reply_count,
    )
    return thing(
        "DiscussionForumPosting",
        headline=topic.title,
        text=first.plain,
        url=address,
        mainEntityOfPage=address,
        author=thing("Person", name=first.byline),
        datePublished=moment(topic.published_at),
        dateModified=moment(first.edited_at),
        isPartOf=thing("WebPage", name=topic.board.title, url=absolute(topic.board.get_absolute_url())),
        commentCount=topic.reply_count,
        interactionStatistic=replies,
        about=names(themes),
        spatialCoverage=places(regions),
        inLanguage="ja",
    )
