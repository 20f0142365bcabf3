"""Under /regions/, beside the address that `taxonomy` has there."""

from django.urls import path, register_converter

from places import editing, similar_pages, views
from places.codes import RegionCode

register_converter(RegionCode, "region")

app_name = "places"

urlpatterns = [
    path("", views.regions, name="list"),
    path("similar/", similar_pages.choose, name="choose_similar"),
    path("<region:code>/", views.region, name="region"),
    path("<region:code>/similar/", similar_pages.similar, name="similar"),
    path("<region:code>/platform/", editing.platform, name="platform"),
    path("<region:code>/contact/", editing.contact, name="contact"),
]
