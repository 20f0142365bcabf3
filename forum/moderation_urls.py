"""Addresses of moderators, and what everybody may know and do about moderation."""

from django.urls import path

from forum import moderation_pages, moderation_reporting, moderation_step_page

urlpatterns = [
    path("rules/", moderation_reporting.rules, name="rules"),
    path("posts/<int:pk>/report/", moderation_reporting.report, name="report"),
    path("moderation/", moderation_pages.queue, name="moderation"),
    path("moderation/log/", moderation_pages.log, name="moderation_log"),
    path("moderation/numbers/", moderation_reporting.numbers, name="numbers"),
    path("moderation/posts/<int:pk>/", moderation_pages.PostView.as_view(), name="moderation_post"),
    path("moderation/topics/<int:pk>/", moderation_pages.TopicView.as_view(), name="moderation_topic"),
    path("moderation/people/<int:pk>/", moderation_pages.PersonView.as_view(), name="moderation_person"),
    path("moderation/steps/<int:pk>/", moderation_step_page.step, name="moderation_step"),
]
