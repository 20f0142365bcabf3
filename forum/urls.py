from django.urls import path

from forum import views

app_name = "forum"

urlpatterns = [
    path("", views.forum, name="list"),
    path("boards/<slug:slug>/", views.board, name="board"),
    path("<int:pk>/", views.topic, name="topic"),
]
