"""The pages that join what the apps hold, and are counted when somebody reads them."""

from insights.counted_pages import count_page
from platform_site.pages import PAGES

count_page("home", "ホーム")
count_page("start:start", "はじめの一歩")
count_page("places:list", "都道府県の一覧")
count_page("places:region", "都道府県・市区町村のページ")
count_page("places:similar", "似た町さがし")
for view_name, _, title in PAGES:
    count_page(view_name, title)
