from django.urls import path

from forum import search_pages, views
from forum.similar import similar

app_name = "forum"

urlpatterns = [
    path("", views.forum, name="list"),
    path("boards/<slug:slug>/", views.board, name="board"),
    path("search/", search_pages.TopicSearchView.as_view(), name="search"),
    path("search/posts/", search_pages.PostSearchView.as_view(), name="search_posts"),
    path("search/closed/", search_pages.ClosedTopicSearchView.as_view(), name="search_closed"),
    path("search/closed/posts/", search_pages.ClosedPostSearchView.as_view(), name="search_closed_posts"),
    path("similar/", similar, name="similar"),
    path("<int:pk>/", views.topic, name="topic"),
]
