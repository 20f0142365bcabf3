from django.urls import path

from publishing import views

app_name = "publishing"

urlpatterns = [
    path("items/<slug:kind>/<int:pk>/<slug:action>/", views.act, name="act"),
    path("working-copy/keep/", views.keep, name="keep"),
    path("working-copy/forget/", views.forget, name="forget"),
]
