"""Addresses of notices, mails, and what the site asks people."""

from django.urls import path

from forum import follow_views, followup_pages, notice_views, routing_pages, subscription_views

urlpatterns = [
    path("notices/", notice_views.notices, name="notices"),
    path("notices/read/", notice_views.read_all, name="notices_read"),
    path("settings/", subscription_views.settings, name="settings"),
    path("follow/", follow_views.follow, name="follow"),
    path("follows/<int:pk>/stop/", follow_views.stop, name="follow_stop"),
    path("follows/<int:pk>/look/", follow_views.look_at, name="follow_look"),
    path("subscribe/", subscription_views.subscribe, name="subscribe"),
    path("subscribe/sent/", subscription_views.subscribe_sent, name="subscribe_sent"),
    path("subscribe/confirm/<str:token>/", subscription_views.subscribe_confirm, name="subscribe_confirm"),
    path("subscription/<str:token>/", subscription_views.subscription, name="subscription"),
    path("unsubscribe/<str:token>/", subscription_views.unsubscribe, name="unsubscribe"),
    path("unanswered/", routing_pages.unanswered, name="unanswered"),
    path("help/<str:token>/", routing_pages.help_answer, name="help"),
    path("<int:pk>/outcome/", followup_pages.OutcomeView.as_view(), name="outcome"),
    path("<int:pk>/case/", followup_pages.case, name="case"),
]
