from django.urls import path

from publishing import attachment_views, freshness_views, history_views, review_views, views

app_name = "publishing"

urlpatterns = [
    path("review/", review_views.queue, name="queue"),
    path("review/small/", review_views.confirm_small, name="confirm_small"),
    path("review/<int:pk>/", review_views.review, name="review"),
    path("review/<int:pk>/claim/", review_views.claim, name="claim"),
    path("review/<int:pk>/release/", review_views.release, name="release"),
    path("attachments/<int:pk>/<str:name>", attachment_views.attachment, name="attachment"),
    # Before the actions, whose addresses look the same.
    path("items/<slug:kind>/<int:pk>/attachments/", attachment_views.AttachmentsView.as_view(), name="attachments"),
    path("items/<slug:kind>/<int:pk>/history/", history_views.history, name="history"),
    path("items/<slug:kind>/<int:pk>/confirm/", freshness_views.confirm, name="confirm"),
    path("items/<slug:kind>/<int:pk>/<slug:action>/", views.act, name="act"),
    path("freshness/<str:token>/", freshness_views.freshness, name="freshness"),
    path("freshness/<str:token>/done/", freshness_views.freshness_done, name="freshness_done"),
    path("working-copy/keep/", views.keep, name="keep"),
    path("working-copy/forget/", views.forget, name="forget"),
]
