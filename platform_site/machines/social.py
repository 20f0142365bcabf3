"""The picture of a page where somebody shares its address (OGP): one per kind, drawn by `draw_social_pictures`."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.templatetags.static import static

from platform_site.machines.json_ld import absolute

WIDTH, HEIGHT = 1200, 630
FOLDER = "img/ogp"


@dataclass(frozen=True)
class Kind:
    """What stands on a picture beside the name of the site."""

    title: str
    sentence: str


HOME = "home"
KINDS = {
    HOME: Kind("暮らしを支える取り組みを、\n見つけて、地域でいかす。", "事例・団体・施策・イベント・掲示板"),
    "cases": Kind("事例", "だれが、どこで、どのように始めたか"),
    "organizations": Kind("団体", "できること・求めていることから探す"),
    "policies": Kind("施策・予算", "使える制度と、その金額・締切"),
    "events": Kind("イベント", "研修・交流会・シンポジウム"),
    "forum": Kind("交流掲示板", "分野と地域を超えて、相談し、教え合う"),
    "regions": Kind("地域のページ", "県・市区町村の団体・事例・施策"),
    "start": Kind("はじめの一歩", "分野と地域を選ぶと、手がかりがそろいます"),
}


@dataclass(frozen=True)
class Picture:
    url: str
    alt: str


def picture_of(path: str) -> Picture:
    """The picture of the page at ``path``: that of the first part of the address, or the site's own."""
    section = path.split("/", 2)[1]
    return _picture(section if section in KINDS else HOME)


@cache
def _picture(section: str) -> Picture:
    kind = KINDS[section]
    title = kind.title.replace("\n", "")
    return Picture(absolute(static(f"{FOLDER}/{section}.png")), f"{settings.SITE_NAME}：{title}。{kind.sentence}")
