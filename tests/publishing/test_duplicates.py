"""Names that are alike although written differently."""

import pytest

from organizations.models import Organization
from publishing.duplicates import alike, core_of
from publishing.models import Status
from tests.factories import CaseStudyFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
SAME = [
    ("特定非営利活動法人みどりの会", "NPO法人 みどりの会"),
    ("みどりの会", "（特非）みどりの会"),
    ("株式会社ABCサービス", "ＡＢＣサービス㈱"),
    ("一般社団法人　ささえあい・ネット", "ささえあいネット"),
    ("社会福祉法人 高齢者センター", "高齢者センタ−"),
    ("ﾎﾞﾗﾝﾃｨｱｸﾞﾙｰﾌﾟ朝市", "ボランティアグループ「朝市」"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_name_in_different_writing_is_found(one, other):
    existing = OrganizationFactory(name=one, status=Status.DRAFT)

    [found] = alike(other, Organization.objects.all(), "name", reason="団体名が似ている")

    assert found.item == existing


@pytest.mark.parametrize("name", ["みどりの会 世田谷支部", "みどりの会"])
def test_part_of_a_name_is_found(name):
    OrganizationFactory(name="NPO法人みどりの会世田谷支部")

    found = alike(name, Organization.objects.all(), "name", reason="")

    assert bool(found) is (name != "みどりの会")


@pytest.mark.parametrize("name", ["", "　", "株式会社", "会", "あおぞら福祉ネットワーク"])
def test_other_names_and_names_without_a_core_find_nothing(name):
    OrganizationFactory(name="みどりの会")

    assert alike(name, Organization.objects.all(), "name", reason="") == []


@pytest.mark.parametrize("name", ["%", "_", "\\", "'; DROP TABLE x", "[[[のの", "😀" * 50, "あ" * 100])
def test_any_name_can_be_asked_for(name):
    OrganizationFactory(name="みどりの会")

    assert alike(name, Organization.objects.all(), "name", reason="") == []


def test_core_in_python_and_in_the_database_is_the_same():
    for one, other in SAME:
        assert core_of(one)[:4] == core_of(other)[:4]


def test_likeliest_first_and_never_itself():
    organization = OrganizationFactory(name="みどりの会", contact_email="a@example.jp", name_kana="ミドリノカイ")
    near = OrganizationFactory(name="緑の会", name_kana="みどりのかい")
    same = OrganizationFactory(name="NPO法人みどりの会", contact_email="a@example.jp")

    found = organization.possible_duplicates()

    assert [duplicate.item for duplicate in found] == [same]
    assert found[0].reasons == ("連絡先メールアドレスが同じ", "団体名が似ている")
    assert near not in [duplicate.item for duplicate in found]


def test_case_entered_twice_by_the_same_organization_is_found():
    case = CaseStudyFactory(title="朝市までの送迎")
    again = CaseStudyFactory(title="朝市までの送迎！", organization=case.organization)
    CaseStudyFactory(title="朝市までの送迎")

    assert [duplicate.item for duplicate in case.possible_duplicates()] == [again]


def test_query_count_does_not_grow_with_the_table(django_assert_num_queries):
    organization = OrganizationFactory(name="みどりの会", name_kana="ミドリノカイ", contact_phone="03-1234-5678")
    for number in range(15):
        OrganizationFactory(name=f"みどりの会{number}", contact_phone="03-1234-5678")

    with django_assert_num_queries(3):
        organization.possible_duplicates()
