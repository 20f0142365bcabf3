"""Structured data of cases, organizations and policies; a part of their stored pages (docs/decisions/0005)."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from organizations.models import OrganizationKind
from platform_site.machines.json_ld import absolute, publisher, thing
from policies.models import GOVERNMENT_KINDS
from taxonomy.models import NATION_CODE, Region, Theme

TYPES_OF_ORGANIZATIONS = {OrganizationKind.NPO: "NGO", **dict.fromkeys(GOVERNMENT_KINDS, "GovernmentOrganization")}


def article(case, regions: Iterable[Region], themes: Iterable[Theme]) -> dict:
    """A case, fetched with `for_detail`. What the site came with has no author of its own: the secretariat wrote it."""
    themes = names(themes)
    partners = [_linked("Organization", "organizations:detail", row, "name") for row in case.partner_list]
    return thing(
        "Article",
        headline=case.title,
        alternativeHeadline=case.subtitle,
        description=case.summary,
        **web_page(case),
        datePublished=moment(case.published_at),
        dateModified=moment(case.updated_at),
        author=organization_in_short(case.organization) if case.created_by_id else None,
        publisher=publisher(),
        about=[organization_in_short(case.organization), *partners],
        articleSection=themes,
        keywords=[*themes, *case.tag_list],
        spatialCoverage=places(regions),
        image=[_picture(picture) for picture in case.page_pictures],
        video=[thing("VideoObject", name=video["title"], url=video["url"]) for video in case.video_list],
        isBasedOn=absolute(case.origin.get_absolute_url()) if case.origin and case.origin.is_published else None,
        isAccessibleForFree=True,
    )


def organization(item, regions: Iterable[Region], themes: Iterable[Theme]) -> dict:
    """An organization, fetched with `for_detail`: what its page shows, no more."""
    number = item.corporate_number
    return thing(
        TYPES_OF_ORGANIZATIONS.get(item.kind, "Organization"),
        name=item.name,
        description=item.summary,
        **web_page(item, with_dates=True),
        sameAs=item.website if item.show_website else None,
        identifier=thing("PropertyValue", propertyID="法人番号", value=number) if number else None,
        address=address_of(item.address, item.postal_code),
        contactPoint=_contact_of(item),
        areaServed=places(regions),
        knowsAbout=names(themes),
        keywords=item.tag_list,
    )


def government_service(policy, regions: Iterable[Region], themes: Iterable[Theme]) -> dict:
    """A policy, fetched with `for_detail`."""
    return thing(
        "GovernmentService",
        name=policy.title,
        alternateName=policy.subtitle,
        description=policy.summary,
        **web_page(policy, with_dates=True),
        serviceType=policy.get_kind_display(),
        provider=organization_in_short(policy.organization),
        areaServed=places(regions),
        audience=[thing("Audience", audienceType=name) for name in policy.applicant_names()],
        category=names(themes),
        serviceOutput=[_grant(amount) for amount in policy.page_amounts if amount.amount is not None],
    )


def organization_in_short(item) -> dict:
    """An organization as others name it; with its page, where everybody may read that."""
    kind = TYPES_OF_ORGANIZATIONS.get(item.kind, "Organization")
    return thing(kind, name=item.name, url=absolute(item.get_absolute_url()) if item.is_published else None)


def web_page(item, *, with_dates=False) -> dict:
    """The address of something, and its page: for what is no text itself with the days of that page."""
    address = absolute(item.get_absolute_url())
    dates = {"datePublished": moment(item.published_at), "dateModified": moment(item.updated_at)} if with_dates else {}
    return {"url": address, "mainEntityOfPage": {"@id": address, **thing("WebPage", inLanguage="ja", **dates)}}


def places(regions: Iterable[Region]) -> list[dict]:
    return [_place(region) for region in regions]


def _place(region: Region) -> dict:
    if region.code == NATION_CODE:
        return thing("Country", name="日本")
    code = thing("PropertyValue", propertyID="全国地方公共団体コード", value=region.local_government_code)
    return thing("AdministrativeArea", name=region.full_name, identifier=code if region.local_government_code else None)


def names(themes: Iterable[Theme]) -> list[str]:
    return [theme.name for theme in themes]


def moment(value: datetime | None) -> str | None:
    """A moment in Japan's time as ISO 8601 writes it, to the second."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else None


def address_of(text: str, postal_code: str = "") -> dict | None:
    """A postal address as it was typed: what of it is the city and what the street nobody has said."""
    if not text:
        return None
    return thing("PostalAddress", streetAddress=text, postalCode=postal_code, addressCountry="JP")


def _contact_of(item) -> dict | None:
    if not item.has_contact:
        return None
    return thing(
        "ContactPoint",
        name=item.contact_name,
        telephone=item.contact_phone,
        email=item.contact_email,
        contactType="問い合わせ",
    )


def _grant(amount) -> dict:
    per = f"{amount.per}あたり" if amount.per else ""
    money = thing("MonetaryAmount", currency="JPY", value=amount.amount, description=per)
    return thing("MonetaryGrant", name=amount.label, description=amount.note, amount=money)


def _picture(picture) -> dict:
    return thing(
        "ImageObject",
        contentUrl=absolute(picture.image.url),
        width=picture.width,
        height=picture.height,
        caption=picture.alt,
    )


def _linked(kind: str, url_name: str, row: dict, name: str) -> dict:
    return thing(kind, name=row[name], url=absolute(reverse(url_name, args=[row["pk"]])))
