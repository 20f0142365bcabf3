"""Every address, as everybody: who gets in stands below as data, and nobody ever gets an error page.

What somebody may not do is a way to the sign-in page for visitors, 404 for what they may not even see, and 403
for the rest. A new address without a line here fails.
"""

import re
from dataclasses import dataclass

import pytest
from django.db import transaction

from tests.test_architecture import patterns
from tests.world import build

# In one process, so that the world below is made once.
pytestmark = pytest.mark.xdist_group("matrix")

ROLES = (
    *("visitor", "member", "editor", "owner", "other_owner", "coordinator", "municipal", "prefectural", "ministry"),
    *("secretariat", "superuser"),
)
PUBLIC = frozenset(ROLES)
SIGNED_IN = PUBLIC - {"visitor"}
# Their role is confirmed, or they belong to a public organization.
CONFIRMED = SIGNED_IN - {"member"}
REVIEWERS = frozenset({"secretariat", "superuser"})
MEMBERS = frozenset({"editor", "owner"})
INSIDERS = MEMBERS | REVIEWERS
OWNERS = frozenset({"owner"})
MANAGERS = OWNERS | REVIEWERS
# Who began a topic of the world, and who moderates.
ASKER = MANAGERS
# Who reads the boards for coordinators and local staff.
LOCAL = REVIEWERS | {"coordinator", "municipal", "prefectural"}
# Who reads the secretariat's numbers.
STAFF = REVIEWERS | {"prefectural", "ministry"}
NOBODY = frozenset()


# The pattern of an address: who gets in; or for each example of such an address, with objects of the world in
# braces. What belongs to a draft is 404 for those who may not see the draft.
OURS = {
    "/": PUBLIC,
    "/about/": PUBLIC,
    "/guide/": PUBLIC,
    "/terms/": PUBLIC,
    "/privacy/": PUBLIC,
    "/accessibility/": PUBLIC,
    "/sitemap/": PUBLIC,
    "/links/": PUBLIC,
    "/contact/": PUBLIC,
    "/contact/done/": {"/contact/done/?receipt=x": NOBODY},
    "/announcements/": PUBLIC,
    "/announcements/<int:pk>/": {
        "/announcements/{announcement}/": PUBLIC,
        "/announcements/{draft_announcement}/": NOBODY,
    },
    "/mypage/": SIGNED_IN,
    "/mypage/items/": {"/mypage/items/?state=draft": SIGNED_IN},
    "/mypage/organizations/": SIGNED_IN,
    "/mypage/items/<slug:kind>/<int:pk>/<slug:action>/": {
        "/mypage/items/case/{case}/close/": INSIDERS,
        "/mypage/items/case/{draft_case}/discard/": MEMBERS,
        "/mypage/items/organization/{organization}/close/": MANAGERS,
        "/mypage/items/organization/{draft_organization}/discard/": MEMBERS,
    },
    "/cases/": PUBLIC,
    "/cases/new/": SIGNED_IN,
    "/cases/new/short/": SIGNED_IN,
    "/cases/new/full/": SIGNED_IN,
    "/cases/pick/<slug:name>/": {"/cases/pick/origin/": PUBLIC},
    "/cases/of-policy/<int:pk>/": {
        "/cases/of-policy/{policy}/": MEMBERS,
        "/cases/of-policy/{draft_policy}/": MEMBERS,
    },
    # The world's members are on both sides.
    "/cases/proposals/<int:pk>/": {"/cases/proposals/{proposal}/": MEMBERS},
    "/cases/proposals/<int:pk>/withdraw/": {"/cases/proposals/{proposal}/withdraw/": MEMBERS},
    "/cases/<int:pk>/": {"/cases/{case}/": PUBLIC, "/cases/{draft_case}/": INSIDERS},
    "/cases/<int:pk>/tree/": {"/cases/{case}/tree/": PUBLIC, "/cases/{draft_case}/tree/": INSIDERS},
    "/cases/<int:pk>/edit/": {"/cases/{case}/edit/": MEMBERS, "/cases/{draft_case}/edit/": MEMBERS},
    "/cases/<int:pk>/edit/short/": {"/cases/{case}/edit/short/": MEMBERS, "/cases/{draft_case}/edit/short/": MEMBERS},
    "/cases/<int:pk>/images/": {"/cases/{case}/images/": MEMBERS, "/cases/{draft_case}/images/": MEMBERS},
    "/media/<path:path>": {"/media/{picture}": PUBLIC, "/media/{draft_picture}": INSIDERS},
    "/events/events.ics": PUBLIC,
    "/events/": PUBLIC,
    "/events/past/": PUBLIC,
    "/events/archive/": PUBLIC,
    "/events/calendar/": PUBLIC,
    "/events/calendar/<int:year>/<int:month>/": {"/events/calendar/2026/12/": PUBLIC},
    "/events/calendar/<int:year>/<int:month>/<int:day>/": {"/events/calendar/2026/12/5/": PUBLIC},
    "/events/export.csv": PUBLIC,
    "/events/import/": MEMBERS | {"other_owner"},
    "/events/import/template.csv": SIGNED_IN,
    "/events/import/template.xlsx": SIGNED_IN,
    # Not even reviewers: what somebody has not confirmed yet is a draft of a draft.
    "/events/import/<int:pk>/": {"/events/import/{event_import}/": MEMBERS},
    "/events/import/<int:pk>/start/": {"/events/import/{event_import}/start/": MEMBERS},
    "/events/new/": MEMBERS | {"other_owner"},
    "/events/<int:pk>/edit/": {"/events/{event}/edit/": MEMBERS, "/events/{draft_event}/edit/": MEMBERS},
    "/events/<int:pk>/copy/": {"/events/{event}/copy/": MEMBERS, "/events/{draft_event}/copy/": MEMBERS},
    "/events/<int:pk>/state/": {"/events/{event}/state/": MEMBERS, "/events/{draft_event}/state/": MEMBERS},
    "/events/<int:pk>/videos/": {"/events/{event}/videos/": MEMBERS, "/events/{draft_event}/videos/": MEMBERS},
    "/events/<int:pk>/videos/<int:video_pk>/": {
        "/events/{event}/videos/{video}/": MEMBERS,
        "/events/{draft_event}/videos/{draft_video}/": MEMBERS,
    },
    "/events/videos/<int:pk>/captions.vtt": {
        "/events/videos/{video}/captions.vtt": PUBLIC,
        "/events/videos/{draft_video}/captions.vtt": INSIDERS,
    },
    "/events/videos/<path:path>": {
        "{video_file}": PUBLIC,
        "{draft_video_file}": INSIDERS,
        "/events/videos/../x.mp4": NOBODY,
    },
    "/events/<int:pk>/": {"/events/{event}/": PUBLIC, "/events/{draft_event}/": INSIDERS},
    "/forum/": PUBLIC,
    "/forum/boards/<slug:slug>/": {"/forum/boards/{board}/": PUBLIC, "/forum/boards/{closed_board}/": LOCAL},
    "/forum/mine/": SIGNED_IN,
    "/forum/new/": CONFIRMED,
    "/forum/<int:pk>/": {"/forum/{topic}/": PUBLIC, "/forum/{draft_topic}/": ASKER, "/forum/{closed_topic}/": LOCAL},
    "/forum/<int:pk>/edit/": {"/forum/{topic}/edit/": {"owner"}, "/forum/{draft_topic}/edit/": {"owner"}},
    "/forum/<int:pk>/history/": {
        "/forum/{topic}/history/": PUBLIC,
        "/forum/{draft_topic}/history/": ASKER,
        "/forum/{closed_topic}/history/": LOCAL,
    },
    "/forum/<int:pk>/unread/": {"/forum/{topic}/unread/": SIGNED_IN, "/forum/{draft_topic}/unread/": ASKER},
    "/forum/<int:pk>/reply/": {
        "/forum/{topic}/reply/": CONFIRMED,
        "/forum/{closed_topic}/reply/": LOCAL,
        "/forum/{draft_topic}/reply/": NOBODY,
    },
    "/forum/<int:pk>/read/": {"/forum/{topic}/read/": SIGNED_IN, "/forum/{closed_topic}/read/": LOCAL},
    "/forum/<int:pk>/bookmark/": {"/forum/{topic}/bookmark/": SIGNED_IN, "/forum/{closed_topic}/bookmark/": LOCAL},
    "/forum/<int:pk>/watch/": {"/forum/{topic}/watch/": SIGNED_IN, "/forum/{closed_topic}/watch/": LOCAL},
    "/forum/<int:pk>/solve/": {"/forum/{topic}/solve/": ASKER},
    "/forum/<int:pk>/reopen/": {"/forum/{topic}/reopen/": ASKER},
    "/forum/posts/<int:pk>/history/": {
        "/forum/posts/{reply}/history/": PUBLIC,
        "/forum/posts/{draft_post}/history/": ASKER,
        "/forum/posts/{closed_post}/history/": LOCAL,
    },
    "/forum/posts/<int:pk>/edit/": {
        "/forum/posts/{reply}/edit/": {"coordinator"},
        "/forum/posts/{draft_post}/edit/": {"owner"},
    },
    "/forum/posts/<int:pk>/delete/": {
        "/forum/posts/{reply}/delete/": {"coordinator"},
        "/forum/posts/{draft_post}/delete/": {"owner"},
    },
    "/forum/posts/<int:pk>/files/": {
        "/forum/posts/{reply}/files/": {"coordinator"},
        "/forum/posts/{draft_post}/files/": {"owner"},
    },
    "/forum/posts/<int:pk>/best/": {"/forum/posts/{reply}/best/": ASKER, "/forum/posts/{draft_post}/best/": NOBODY},
    "/forum/posts/<int:pk>/react/": {
        "/forum/posts/{reply}/react/": SIGNED_IN,
        "/forum/posts/{closed_post}/react/": LOCAL,
        "/forum/posts/{draft_post}/react/": NOBODY,
    },
    "/forum/rules/": PUBLIC,
    "/forum/posts/<int:pk>/report/": {
        "/forum/posts/{reply}/report/": PUBLIC,
        "/forum/posts/{draft_post}/report/": ASKER,
        "/forum/posts/{closed_post}/report/": LOCAL,
    },
    "/forum/moderation/": REVIEWERS,
    "/forum/moderation/log/": REVIEWERS,
    "/forum/moderation/numbers/": PUBLIC,
    "/forum/moderation/posts/<int:pk>/": {"/forum/moderation/posts/{reply}/": REVIEWERS},
    "/forum/moderation/topics/<int:pk>/": {"/forum/moderation/topics/{topic}/": REVIEWERS},
    "/forum/moderation/people/<int:pk>/": {"/forum/moderation/people/{writer}/": REVIEWERS},
    "/forum/moderation/steps/<int:pk>/": {
        "/forum/moderation/steps/{step}/": REVIEWERS | {"coordinator"},
        "/forum/moderation/steps/{answered_step}/": MANAGERS,
    },
    "/forum/search/": PUBLIC,
    "/forum/search/posts/": PUBLIC,
    # The world's members belong to a public organization.
    "/forum/search/closed/": CONFIRMED,
    "/forum/search/closed/posts/": CONFIRMED,
    "/forum/similar/": PUBLIC,
    "/forum/notices/": SIGNED_IN,
    "/forum/notices/read/": SIGNED_IN,
    "/forum/settings/": SIGNED_IN,
    "/forum/follow/": SIGNED_IN,
    "/forum/follows/<int:pk>/stop/": {"/forum/follows/{follow}/stop/": OWNERS},
    "/forum/follows/<int:pk>/look/": {"/forum/follows/{follow}/look/": OWNERS},
    "/forum/subscribe/": PUBLIC,
    "/forum/subscribe/sent/": PUBLIC,
    "/forum/subscribe/confirm/<str:token>/": {
        "/forum/subscribe/confirm/{confirm_link}/": PUBLIC,
        "/forum/subscribe/confirm/x:y:z/": NOBODY,
    },
    "/forum/subscription/<str:token>/": {
        "/forum/subscription/{manage_link}/": PUBLIC,
        "/forum/subscription/x:y:z/": NOBODY,
    },
    "/forum/unsubscribe/<str:token>/": {
        "/forum/unsubscribe/{stop_link}/": PUBLIC,
        "/forum/unsubscribe/x:y:z/": NOBODY,
    },
    "/forum/unanswered/": PUBLIC,
    "/forum/help/<str:token>/": {"/forum/help/{help_link}/": PUBLIC, "/forum/help/x:y:z/": NOBODY},
    "/forum/<int:pk>/outcome/": {
        "/forum/{solved_topic}/outcome/": {"owner"},
        "/forum/{closed_topic}/outcome/": NOBODY,
        "/forum/{draft_topic}/outcome/": NOBODY,
    },
    "/forum/<int:pk>/case/": {"/forum/{solved_topic}/case/": MEMBERS | {"other_owner"}},
    "/events/<int:pk>/qr.svg": {"/events/{event}/qr.svg": PUBLIC, "/events/{draft_event}/qr.svg": INSIDERS},
    "/events/<int:pk>/event.ics": {"/events/{event}/event.ics": PUBLIC, "/events/{draft_event}/event.ics": INSIDERS},
    "/organizations/": PUBLIC,
    "/organizations/new/": SIGNED_IN,
    "/organizations/address/": SIGNED_IN,
    "/organizations/pick/<slug:name>/": {"/organizations/pick/co_organizers/": PUBLIC},
    "/organizations/<int:pk>/": {
        "/organizations/{organization}/": PUBLIC,
        "/organizations/{draft_organization}/": INSIDERS,
    },
    "/organizations/<int:pk>/register/<int:number>/": {
        "/organizations/{organization}/register/2/": MEMBERS,
        "/organizations/{draft_organization}/register/2/": MEMBERS,
    },
    "/organizations/<int:pk>/submitted/": {
        "/organizations/{organization}/submitted/": MEMBERS,
        "/organizations/{draft_organization}/submitted/": MEMBERS,
    },
    "/organizations/<int:pk>/edit/": {
        "/organizations/{organization}/edit/": MEMBERS,
        "/organizations/{draft_organization}/edit/": MEMBERS,
    },
    "/organizations/<int:pk>/members/": {
        "/organizations/{organization}/members/": INSIDERS,
        "/organizations/{draft_organization}/members/": INSIDERS,
    },
    "/organizations/<int:pk>/members/invite/": {
        "/organizations/{organization}/members/invite/": MANAGERS,
        "/organizations/{draft_organization}/members/invite/": MANAGERS,
    },
    "/organizations/<int:pk>/members/leave/": {
        "/organizations/{organization}/members/leave/": MEMBERS,
        "/organizations/{draft_organization}/members/leave/": MEMBERS,
    },
    "/organizations/<int:pk>/members/hand-over/": {
        "/organizations/{organization}/members/hand-over/": OWNERS,
        "/organizations/{draft_organization}/members/hand-over/": OWNERS,
    },
    "/organizations/<int:pk>/members/<int:membership_pk>/role/": {
        "/organizations/{organization}/members/{membership}/role/": MANAGERS,
        "/organizations/{organization}/members/{membership_elsewhere}/role/": NOBODY,
    },
    "/organizations/<int:pk>/members/<int:membership_pk>/remove/": {
        "/organizations/{organization}/members/{membership}/remove/": MANAGERS,
        "/organizations/{organization}/members/{membership_elsewhere}/remove/": NOBODY,
    },
    "/organizations/<int:pk>/members/invitations/<int:invitation_pk>/revoke/": {
        "/organizations/{organization}/members/invitations/{invitation}/revoke/": MANAGERS,
        "/organizations/{organization}/members/invitations/{invitation_elsewhere}/revoke/": NOBODY,
    },
    "/organizations/<int:pk>/members/invitations/<int:invitation_pk>/resend/": {
        "/organizations/{organization}/members/invitations/{invitation}/resend/": MANAGERS,
        "/organizations/{organization}/members/invitations/{invitation_elsewhere}/resend/": NOBODY,
    },
    # Invited is "member".
    "/organizations/invitations/<int:pk>/": {"/organizations/invitations/{invitation}/": {"member"}},
    "/organizations/invitations/<str:token>/": {
        "{invitation_link}": {"member", "visitor"},
        "/organizations/invitations/x:y:z/": NOBODY,
    },
    "/open-data/": PUBLIC,
    "/open-data/catalog.jsonld": PUBLIC,
    "/open-data/dictionary.csv": PUBLIC,
    "/open-data/dictionary/<slug:name>/": {"/open-data/dictionary/cases/": PUBLIC, "/open-data/dictionary/x/": NOBODY},
    "/open-data/feeds/<slug:name>.atom": {"/open-data/feeds/cases.atom": PUBLIC, "/open-data/feeds/x.atom": NOBODY},
    "/open-data/feeds/<slug:name>.json": {"/open-data/feeds/topics.json": PUBLIC},
    "/open-data/feeds/<slug:name>.csv": {"/open-data/feeds/events.csv": PUBLIC},
    # None has been made.
    "/open-data/files/<str:name>": {"/open-data/files/cases.csv": NOBODY},
    "/api/v1/": PUBLIC,
    "/api/v1/openapi.json": PUBLIC,
    "/api/v1/<path:rest>/": {"/api/v1/nothing/": NOBODY},
    "/api/v1/themes/": PUBLIC,
    "/api/v1/themes/<slug>/": {"/api/v1/themes/mobility/": PUBLIC},
    "/api/v1/regions/": PUBLIC,
    "/api/v1/regions/<code>/": {"/api/v1/regions/131016/": PUBLIC},
    "/api/v1/organizations/": PUBLIC,
    "/api/v1/cases/": PUBLIC,
    "/api/v1/policies/": PUBLIC,
    "/api/v1/events/": PUBLIC,
    "/api/v1/topics/": PUBLIC,
    # Not even reviewers: what the API tells is the same for everybody.
    "/api/v1/organizations/<pk>/": {
        "/api/v1/organizations/{organization}/": PUBLIC,
        "/api/v1/organizations/{draft_organization}/": NOBODY,
    },
    "/api/v1/cases/<pk>/": {"/api/v1/cases/{case}/": PUBLIC, "/api/v1/cases/{draft_case}/": NOBODY},
    "/api/v1/policies/<pk>/": {"/api/v1/policies/{policy}/": PUBLIC, "/api/v1/policies/{draft_policy}/": NOBODY},
    "/api/v1/events/<pk>/": {"/api/v1/events/{event}/": PUBLIC, "/api/v1/events/{draft_event}/": NOBODY},
    "/api/v1/topics/<pk>/": {
        "/api/v1/topics/{topic}/": PUBLIC,
        "/api/v1/topics/{draft_topic}/": NOBODY,
        "/api/v1/topics/{closed_topic}/": NOBODY,
    },
    "/policies/": PUBLIC,
    "/policies/<int:pk>/": {
        "/policies/{policy}/": PUBLIC,
        "/policies/{draft_policy}/": INSIDERS,
    },
    # The world's members belong to a government body, too.
    "/policies/new/": MEMBERS,
    "/policies/<int:pk>/edit/": {"/policies/{policy}/edit/": MEMBERS, "/policies/{draft_policy}/edit/": MEMBERS},
    "/policies/<int:pk>/next-year/": {"/policies/{policy}/next-year/": MEMBERS},
    "/policies/<int:pk>/changes/": {"/policies/{policy}/changes/": NOBODY},
    "/policies/standard-amount/": PUBLIC,
    "/policies/standard-amount/csv/": PUBLIC,
    "/review/": REVIEWERS,
    "/review/small/": REVIEWERS,
    "/review/<int:pk>/": {"/review/{review}/": REVIEWERS},
    "/review/<int:pk>/claim/": {"/review/{review}/claim/": REVIEWERS},
    "/review/<int:pk>/release/": {"/review/{review}/release/": REVIEWERS},
    "/attachments/<int:pk>/<str:name>": {
        "/attachments/{attachment}/x": PUBLIC,
        "/attachments/{draft_attachment}/x": INSIDERS,
    },
    "/items/<slug:kind>/<int:pk>/attachments/": {
        "/items/case/{case}/attachments/": MEMBERS,
        "/items/organization/{draft_organization}/attachments/": MEMBERS,
    },
    "/items/<slug:kind>/<int:pk>/history/": {
        "/items/case/{case}/history/": INSIDERS,
        "/items/organization/{draft_organization}/history/": INSIDERS,
    },
    "/items/<slug:kind>/<int:pk>/confirm/": {
        "/items/case/{case}/confirm/": INSIDERS,
        "/items/organization/{draft_organization}/confirm/": INSIDERS,
    },
    "/items/<slug:kind>/<int:pk>/<slug:action>/": {
        "/items/case/{case}/close/": INSIDERS,
        "/items/case/{draft_case}/discard/": MEMBERS,
        "/items/case/{draft_case}/return/": NOBODY,
        "/items/organization/{organization}/close/": MANAGERS,
    },
    "/freshness/<str:token>/": {"/freshness/{freshness}/": PUBLIC, "/freshness/x:y:z/": NOBODY},
    "/freshness/<str:token>/done/": {"/freshness/{freshness}/done/": PUBLIC, "/freshness/x:y:z/done/": NOBODY},
    "/working-copy/keep/": PUBLIC,
    "/working-copy/forget/": SIGNED_IN,
    "/insights/": STAFF,
    "/insights/<slug:panel>/<slug:table>.csv": {
        "/insights/cells/counts.csv": STAFF,
        "/insights/cells/nothing.csv": NOBODY,
    },
    "/search/": PUBLIC,
    "/regions/suggest/": PUBLIC,
    "/regions/": PUBLIC,
    "/regions/similar/": PUBLIC,
    "/regions/<region:code>/": {"/regions/131016/": PUBLIC, "/regions/999999/": NOBODY},
    "/regions/<region:code>/similar/": {"/regions/131016/similar/": PUBLIC, "/regions/99/similar/": NOBODY},
    # The world's staff is of Tokyo.
    "/regions/<region:code>/platform/": {
        "/regions/13/platform/": REVIEWERS | {"prefectural"},
        "/regions/20/platform/": REVIEWERS,
        "/regions/131016/platform/": NOBODY,
    },
    "/regions/<region:code>/contact/": {
        "/regions/131016/contact/": REVIEWERS | {"prefectural"},
        "/regions/20/contact/": REVIEWERS,
    },
    "/start/": PUBLIC,
    "/start/qr.svg": PUBLIC,
    "/start/tell/": PUBLIC,
    "/accounts/profile/": SIGNED_IN,
    "/accounts/roles/": SIGNED_IN,
    "/accounts/roles/<slug:role>/apply/": {
        "/accounts/roles/coordinator/apply/": SIGNED_IN,
        "/accounts/roles/secretariat/apply/": NOBODY,
    },
    "/accounts/vouching/": SIGNED_IN,
    # The applicant acts in the municipality that "municipal" serves.
    "/accounts/vouching/<int:pk>/": {"/accounts/vouching/{application}/": {"municipal"}},
    "/accounts/leave/": SIGNED_IN,
    "/accounts/leave/done/": PUBLIC,
    "/dev/mail/": NOBODY,
    "/healthz": PUBLIC,
    "/readyz": PUBLIC,
    "/robots.txt": PUBLIC,
    "/sitemap.xml": PUBLIC,
    "/sitemap-<slug:name>-<int:number>.xml": {"/sitemap-cases-1.xml": PUBLIC, "/sitemap-drafts-1.xml": NOBODY},
    "/opensearch.xml": PUBLIC,
    "/.well-known/security.txt": PUBLIC,
    # Leads everybody on to the page itself, which asks who they are.
    "/.well-known/change-password": PUBLIC,
    "/favicon.ico": PUBLIC,
}
# Pages of django-allauth, and what they are filled with.
OF_ALLAUTH = {
    "/accounts/2fa/": SIGNED_IN,
    "/accounts/2fa/authenticate/": PUBLIC,
    "/accounts/2fa/reauthenticate/": SIGNED_IN,
    "/accounts/2fa/totp/activate/": SIGNED_IN,
    "/accounts/2fa/totp/deactivate/": SIGNED_IN,
    "/accounts/2fa/recovery-codes/": SIGNED_IN,
    "/accounts/2fa/recovery-codes/generate/": SIGNED_IN,
    "/accounts/2fa/recovery-codes/download/": SIGNED_IN,
    "/accounts/2fa/webauthn/": SIGNED_IN,
    "/accounts/2fa/webauthn/add/": SIGNED_IN,
    "/accounts/2fa/webauthn/reauthenticate/": SIGNED_IN,
    "/accounts/2fa/webauthn/keys/<int:pk>/remove/": SIGNED_IN,
    "/accounts/2fa/webauthn/keys/<int:pk>/edit/": SIGNED_IN,
    "/accounts/2fa/webauthn/login/": PUBLIC,
    "/accounts/login/": PUBLIC,
    "/accounts/logout/": PUBLIC,
    "/accounts/inactive/": PUBLIC,
    "/accounts/signup/": PUBLIC,
    "/accounts/reauthenticate/": SIGNED_IN,
    "/accounts/email/": SIGNED_IN,
    "/accounts/confirm-email/": PUBLIC,
    "/accounts/password/change/": SIGNED_IN,
    "/accounts/password/set/": SIGNED_IN,
    "/accounts/password/reset/": PUBLIC,
    "/accounts/login/code/confirm/": PUBLIC,
    "/accounts/confirm-email/(?P<key>[-:\\w]+)/": PUBLIC,
    "/accounts/password/reset/key/done/": PUBLIC,
    "/accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/": PUBLIC,
    "/accounts/password/reset/done/": PUBLIC,
    # There is no provider in the settings of the tests.
    "/accounts/oidc/": NOBODY,
    "/accounts/oidc/start/": NOBODY,
    "/accounts/oidc/callback/": NOBODY,
    "/accounts/oidc/sign-up/": NOBODY,
    "/accounts/oidc/cancelled/": PUBLIC,
}
ADMIN = "/admin/"
# Pages of packages ask nothing but whether one is signed in, and the admin nothing but whether one is staff:
# they are tried as these people only. Our own pages are tried as everybody, but for those that refuse nobody.
TRIED_AT_ALLAUTH = {"visitor", "member", "secretariat"}
TRIED_AT_THE_ADMIN = {"get": {"visitor", "owner", "secretariat", "superuser"}, "post": {"visitor", "secretariat"}}
TRIED_WHERE_NOBODY_IS_REFUSED = {"visitor", "owner", "prefectural", "secretariat"}
ADMIN_OF_ITS_OWN = {"/admin/login/": PUBLIC, "/admin/logout/": SIGNED_IN}
# Parameters of the pages that are not ours, in the order in which they are filled in.
FILLED = {
    "<int:pk>": "999999",
    "(?P<key>[-:\\w]+)": "a:b:c",
    "(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)": "1-set-password",
    "<path:content_type_id>/<path:object_id>": "1/1",
    "(?P<url>.*)": "nothing",
}
SIGN_IN = ("/accounts/login/", "/admin/login/")


@dataclass(frozen=True)
class Example:
    """One address to try, and who gets in."""

    address: str
    allowed: frozenset[str]
    is_open: bool  # to visitors without being led to the sign-in page
    is_lax: bool = False  # not ours: who gets in may also be told that something is not there

    def is_tried_as(self, role: str, method: str) -> bool:
        if self.address.startswith(ADMIN):
            return role in TRIED_AT_THE_ADMIN[method] or self.address == ADMIN
        if self.is_lax:
            return role in TRIED_AT_ALLAUTH
        return self.allowed != PUBLIC or role in TRIED_WHERE_NOBODY_IS_REFUSED

    def verdict(self, role: str, response) -> str:
        """What is wrong with the answer; "" when nothing is."""
        code = response.status_code
        is_led_to_sign_in = code == 302 and response["Location"].startswith(SIGN_IN)
        if code >= 500:
            return f"is an error page ({code})"
        if role in self.allowed:
            return "" if self.is_lax or not (is_led_to_sign_in or code in (401, 403, 404, 429)) else f"refuses: {code}"
        if is_led_to_sign_in and (role == "visitor" or self.is_lax):
            return ""
        if role == "visitor" and not self.is_open:
            return f"is not closed: {code}"
        refusals = {404, 405} if "draft" in self.address and role not in INSIDERS else {403, 404, 405}
        return "" if code in refusals else f"lets in: {code}"


def examples():
    for pattern, view in patterns():
        is_open = not getattr(view, "login_required", True)
        if pattern in OURS:
            rule = OURS[pattern]
            for address, allowed in (rule if isinstance(rule, dict) else {pattern: rule}).items():
                yield Example(address, frozenset(allowed), is_open)
        elif pattern in OF_ALLAUTH:
            yield Example(_filled(pattern), OF_ALLAUTH[pattern], is_open, is_lax=True)
        elif pattern.startswith(ADMIN):
            yield Example(_filled(pattern), ADMIN_OF_ITS_OWN.get(pattern, REVIEWERS), is_open, is_lax=True)


def _filled(pattern):
    for parameter, value in FILLED.items():
        pattern = pattern.replace(parameter, value)
    pattern = re.sub(r"\(\?P<app_label>(\w+)[^)]*\)", r"\1", pattern)
    # The pages of an object are tried with the one that the admin lists first.
    if found := re.match(r"/admin/(\w+)/(\w+)/<(path:object_id|id)>", pattern):
        return pattern.replace(f"<{found[3]}>", f"{{first:{found[1]}.{found[2]}}}")
    return pattern


def test_every_address_has_a_line():
    known = {*OURS, *OF_ALLAUTH}
    found = {address for address, _ in patterns()}

    assert {address for address in found - known if not address.startswith(ADMIN)} == set()
    assert known - found == set()


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", ROLES)
def test_who_gets_in(world, role, method):
    wrong = []
    for example in examples():
        if not example.is_tried_as(role, method):
            continue
        address = world.address(example.address)
        verdict = example.verdict(role, world.answer(role, method, address))
        if verdict:
            wrong.append(f"{address} {verdict}")

    assert wrong == []
