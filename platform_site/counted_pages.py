"""The pages of this app that are counted when somebody reads them."""

from insights.counted_pages import count_page
from platform_site.pages import PAGES

count_page("home", "ホーム")
for view_name, _, title in PAGES:
    count_page(view_name, title)
