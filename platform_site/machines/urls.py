"""Addresses that machines know by heart."""

from django.urls import path

from platform_site.machines import sitemaps, well_known

urlpatterns = [
    path("robots.txt", well_known.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap_index"),
    path("sitemap-<slug:name>-<int:number>.xml", sitemaps.section, name="sitemap_section"),
    path("opensearch.xml", well_known.opensearch, name="opensearch"),
    path(".well-known/security.txt", well_known.security, name="security"),
    path(".well-known/change-password", well_known.change_password, name="change_password"),
]
