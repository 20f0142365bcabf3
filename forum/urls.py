from django.urls import path

from forum import lists, moderation_urls, notice_urls, reply_pages, search_pages, small_actions, topic_pages
from forum.files_pages import FilesView
from forum.similar import similar
from forum.writing_pages import EditTopicView, NewTopicView, topic_history

app_name = "forum"

urlpatterns = [
    path("", lists.forum, name="list"),
    path("boards/<slug:slug>/", lists.board, name="board"),
    path("search/", search_pages.TopicSearchView.as_view(), name="search"),
    path("search/posts/", search_pages.PostSearchView.as_view(), name="search_posts"),
    path("search/closed/", search_pages.ClosedTopicSearchView.as_view(), name="search_closed"),
    path("search/closed/posts/", search_pages.ClosedPostSearchView.as_view(), name="search_closed_posts"),
    path("similar/", similar, name="similar"),
    path("mine/", lists.mine, name="mine"),
    path("new/", NewTopicView.as_view(), name="create"),
    path("<int:pk>/", topic_pages.topic, name="topic"),
    path("<int:pk>/edit/", EditTopicView.as_view(), name="edit_topic"),
    path("<int:pk>/history/", topic_history, name="topic_history"),
    path("<int:pk>/unread/", topic_pages.unread, name="unread"),
    path("<int:pk>/reply/", reply_pages.ReplyView.as_view(), name="reply"),
    path("<int:pk>/read/", small_actions.mark_read, name="read"),
    path("<int:pk>/bookmark/", small_actions.bookmark, name="bookmark"),
    path("<int:pk>/watch/", small_actions.watch, name="watch"),
    path("<int:pk>/solve/", small_actions.solve, name="solve"),
    path("<int:pk>/reopen/", small_actions.reopen, name="reopen"),
    path("posts/<int:pk>/history/", topic_pages.history, name="history"),
    path("posts/<int:pk>/edit/", reply_pages.EditView.as_view(), name="edit"),
    path("posts/<int:pk>/delete/", reply_pages.delete, name="delete"),
    path("posts/<int:pk>/files/", FilesView.as_view(), name="files"),
    path("posts/<int:pk>/best/", small_actions.choose_best, name="best"),
    path("posts/<int:pk>/react/", small_actions.react, name="react"),
    *moderation_urls.urlpatterns,
    *notice_urls.urlpatterns,
]
