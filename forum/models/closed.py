"""What stands on boards that not everybody may read: found under kinds of its own, so that no public list sees it."""

from forum.models.posts import Post, PostQuerySet
from forum.models.topics import Topic, TopicQuerySet
from forum.permissions import Visibility


class ClosedTopicQuerySet(TopicQuerySet):
    def published(self):
        return self.visible().exclude(board__visibility=Visibility.PUBLIC)


class ClosedTopic(Topic):
    """A topic as the index of closed boards knows it; ask it with a condition on ``seen``."""

    objects = ClosedTopicQuerySet.as_manager()

    search_kind = "closed_topic"
    search_is_public = False

    class Meta:
        proxy = True
        verbose_name = "限られた人の話題"
        verbose_name_plural = "限られた人の話題"

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

    class Meta:
        proxy = True
        verbose_name = "限られた人の投稿"
        verbose_name_plural = "限られた人の投稿"

    @property
    def is_published(self) -> bool:
        return self.is_visible and self.topic.is_visible and not self.topic.board.is_public
