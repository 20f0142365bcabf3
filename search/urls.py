from django.urls import path

from search.views import search_all

app_name = "search"

urlpatterns = [path("", search_all, name="all")]
