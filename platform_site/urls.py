from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("cases/", include("cases.urls")),
    path("organizations/", include("organizations.urls")),
    path("search/", include("search.urls")),
    path("regions/", include("taxonomy.urls")),
    path("admin/", admin.site.urls),
]
