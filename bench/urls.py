"""The site's addresses and those of the floor pages."""

from django.urls import include, path

from bench.floor import floor

handler500 = "platform_site.errors.server_error"

urlpatterns = [
    path("floor/<slug:name>/", floor, name="floor"),
    path("", include("platform_site.urls")),
]
