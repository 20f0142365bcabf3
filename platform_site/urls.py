from django.contrib import admin
from django.urls import include, path

from cases.views import picture
from platform_site import health, mypage, pages, views
from platform_site.machines.urls import urlpatterns as machine_urls
from platform_site.mails import mails

urlpatterns = [
    path("", views.home, name="home"),
    *pages.urlpatterns,
    path("mypage/", mypage.mypage, name="mypage"),
    path("mypage/items/", mypage.items, name="mypage_items"),
    path("mypage/items/<slug:kind>/<int:pk>/<slug:action>/", mypage.ask, name="mypage_ask"),
    path("mypage/organizations/", mypage.organizations, name="mypage_organizations"),
    path("sitemap/", views.sitemap, name="sitemap"),
    path("links/", views.links, name="links"),
    path("announcements/", views.announcements, name="announcements"),
    path("announcements/<int:pk>/", views.announcement, name="announcement"),
    path("contact/", views.contact, name="contact"),
    path("contact/done/", views.contact_done, name="contact_done"),
    path("cases/", include("cases.urls")),
    path("media/<path:path>", picture, name="media"),
    path("organizations/", include("organizations.urls")),
    path("policies/", include("policies.urls")),
    path("events/", include("events.urls")),
    path("forum/", include("forum.urls")),
    path("insights/", include("insights.urls")),
    path("open-data/", include("open_data.urls")),
    path("api/v1/", include("open_data.api.urls")),
    path("start/", include("start.urls")),
    path("", include("publishing.urls")),
    path("search/", include("search.urls")),
    path("regions/", include("taxonomy.urls")),
    path("regions/", include("places.urls")),
    path("accounts/", include("accounts.urls")),
    path("dev/mail/", mails, name="mails"),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    *machine_urls,
    path("favicon.ico", health.favicon),
]

handler500 = "platform_site.errors.server_error"
