from django.urls import path

from open_data import feed_views, views
from search.lists import FILE_FORMS

app_name = "open_data"

urlpatterns = [
    path("", views.page, name="page"),
    path("dictionary.csv", views.dictionary_file, name="dictionary_file"),
    path("dictionary/<slug:name>/", views.dictionary, name="dictionary"),
    path("catalog.jsonld", views.catalog, name="catalog"),
    path("files/<str:name>", views.file, name="file"),
    *(path(f"feeds/<slug:name>.{form}", feed_views.feed, {"form": form}, name=form) for form in FILE_FORMS),
]
