"""What stands on boards that not everybody may read: found under kinds of its own, so that no public list sees it."""

from forum.models.posts import Post, PostQuerySet
from forum.models.topics import Topic, TopicQuerySet
from forum.permissions import Visibility, closed_to_others


def _shelves_of_closed(model, label, user):
    """For whoever may read boards for some, with the condition that leaves out the others."""
    visibilities = closed_to_others(user)
    return [model.search_shelf(label, always=(("seen", visibilities),))] if visibilities else []


class ClosedTopicQuerySet(TopicQuerySet):
    def published(self):
        return self.visible().exclude(board__visibility=Visibility.PUBLIC)


class ClosedTopic(Topic):
    """A topic as the index of closed boards knows it; ask it with a condition on ``seen``."""

    objects = ClosedTopicQuerySet.as_manager()

    search_kind = "closed_topic"
    search_is_public = False
    search_list = "forum:search_closed"
    search_place = 7

    class Meta:
        proxy = True
        verbose_name = "限られた人の話題"
        verbose_name_plural = "限られた人の話題"

    @classmethod
    def search_shelves(cls, user):
        return _shelves_of_closed(cls, "限られた人の掲示板の話題", user)

    @property
    def is_published(self) -> bool:
        return self.is_visible and not self.board.is_public


class ClosedPostQuerySet(PostQuerySet):
    def published(self):
        return self.visible_in_topic().exclude(topic__board__visibility=Visibility.PUBLIC)


class ClosedPost(Post):
    objects = ClosedPostQuerySet.as_manager()

    search_kind = "closed_post"
    search_is_public = False
    search_list = "forum:search_closed_posts"
    search_place = 8

    class Meta:
        proxy = True
        verbose_name = "限られた人の投稿"
        verbose_name_plural = "限られた人の投稿"

    @classmethod
    def search_shelves(cls, user):
        return _shelves_of_closed(cls, "限られた人の掲示板の投稿", user)

    @property
    def is_published(self) -> bool:
        return self.is_visible and self.topic.is_visible and not self.topic.board.is_public
