"""The people of a policy name its cases: at once for their own, else the people of the case are asked."""

import threading

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from cases import proposal_actions
from cases.models import PolicyProposal, ProposalAnswer
from cases.proposal_actions import AlreadyAnswered, NotPublic, Outcome, accept, decline, name_case, withdraw
from organizations.models import OrganizationKind
from publishing.actions import change_status, confirmed_content
from publishing.models import Status
from tests.factories import (
    CaseStudyFactory,
    OrganizationFactory,
    PolicyFactory,
    UserFactory,
    member_of,
    owner_of,
    secretariat,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    ministry = OrganizationFactory(
        published=True, name="みなと省", kind=OrganizationKind.MINISTRY, can_self_publish=True
    )
    return PolicyFactory(published=True, title="生活支援体制整備事業", organization=ministry)


@pytest.fixture
def officer(policy):
    return member_of(policy.organization)


@pytest.fixture
def case():
    return CaseStudyFactory(published=True, title="朝市と送迎")


@pytest.fixture
def writer(case):
    return owner_of(case.organization)


@pytest.fixture
def proposal(policy, officer, case, writer):
    assert name_case(case, policy, by=officer, note="会議でうかがいました。") is Outcome.ASKED
    return PolicyProposal.objects.get()


@pytest.fixture
def own_case(policy):
    return CaseStudyFactory(published=True, title="省の見学会", organization=policy.organization)


def page_of(policy):
    return reverse("cases:of_policy", args=[policy.pk])


def text(response):
    return response.content.decode()


def told(response):
    return [str(message) for message in response.context["messages"]]


def close(item):
    change_status(item, "close", by=None, note="終わりました。")


# Naming one's own cases


def test_naming_an_own_case_links_it_as_an_edit_of_the_case(client, policy, officer, own_case):
    client.force_login(officer)

    response = client.post(page_of(policy), {"cases": [own_case.pk]}, follow=True)

    assert told(response) == ["「省の見学会」を、この施策を使った事例に加えました。"]
    assert list(own_case.policies.all()) == [policy]
    own_case.refresh_from_db()
    assert own_case.version == 2
    assert not PolicyProposal.objects.exists()
    history = text(client.get(reverse("publishing:history", args=["case", own_case.pk])))
    assert "「使った施策・予算」を変えました" in history
    assert "省の見学会" in text(client.get(policy.get_absolute_url()))


def test_the_case_of_an_organization_that_is_reviewed_enters_the_queue(policy, officer, case):
    case.organization.memberships.create(user=officer, role="editor")

    assert name_case(case, policy, by=officer) is Outcome.LINKED

    assert case.reviews.open().get().submitted_by == officer
    assert confirmed_content(case)["policies"] == []


# Asking others


def test_naming_the_case_of_others_asks_its_people(
    client, policy, officer, case, writer, django_capture_on_commit_callbacks
):
    client.force_login(officer)

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(page_of(policy), {"cases": [case.pk], "note": "見学でうかがいました。"}, follow=True)

    proposal = PolicyProposal.objects.get()
    assert (proposal.case, proposal.policy, proposal.proposed_by) == (case, policy, officer)
    assert (proposal.organization, proposal.note) == (policy.organization, "見学でうかがいました。")
    assert not case.policies.exists()
    assert "メールでお願いしました" in told(response)[0]
    assert "返事を待っているお願い（1件）" in text(response)
    [message] = mail.outbox
    assert message.to == [writer.email]
    assert reverse("cases:proposal", args=[proposal.pk]) in message.body
    assert "見学でうかがいました。" in message.body


def test_several_cases_are_named_at_once(client, policy, officer, own_case, case, writer):
    client.force_login(officer)

    response = client.post(page_of(policy), {"cases": [own_case.pk, case.pk]}, follow=True)

    assert len(told(response)) == 2
    assert list(own_case.policies.all()) == [policy]
    assert PolicyProposal.objects.get().case == case


def test_sent_twice_it_links_and_asks_once(
    client, policy, officer, own_case, case, writer, django_capture_on_commit_callbacks
):
    client.force_login(officer)
    data = {"cases": [own_case.pk, case.pk]}

    with django_capture_on_commit_callbacks(execute=True):
        client.post(page_of(policy), data, follow=True)
        response = client.post(page_of(policy), data, follow=True)

    assert PolicyProposal.objects.count() == 1
    assert len(mail.outbox) == 1
    assert told(response) == [
        "「朝市と送迎」には、すでにお願いしています。お返事をお待ちください。",
        "「省の見学会」は、すでにこの施策と結ばれています。",
    ]
    own_case.refresh_from_db()
    assert own_case.version == 2


def test_nobody_is_asked_where_nobody_could_answer(policy, officer, case):
    assert name_case(case, policy, by=officer) is Outcome.NOBODY
    assert not PolicyProposal.objects.exists()


def test_what_was_declined_is_not_proposed_again(policy, officer, case, writer, proposal):
    decline(proposal, by=writer)

    assert name_case(case, policy, by=officer) is Outcome.WAS_DECLINED
    assert PolicyProposal.objects.count() == 1


def test_what_was_withdrawn_may_be_proposed_again(policy, officer, case, proposal):
    withdraw(proposal, by=officer)

    assert name_case(case, policy, by=officer) is Outcome.ASKED


def test_only_so_many_questions_are_open_at_once(monkeypatch, policy, officer, case, writer, proposal):
    monkeypatch.setattr(proposal_actions, "MOST_OPEN", 1)
    other = CaseStudyFactory(published=True, organization=case.organization)

    assert name_case(other, policy, by=officer) is Outcome.TOO_MANY


@pytest.mark.parametrize("closed", ["case", "policy"])
def test_nothing_is_linked_or_asked_once_one_of_both_is_closed(client, policy, officer, case, writer, own_case, closed):
    client.force_login(officer)
    close(policy if closed == "policy" else own_case)

    response = client.post(page_of(policy), {"cases": [own_case.pk]}, follow=True)

    sentences = told(response) if closed == "policy" else response.context["form"].errors["cases"]
    assert "公開が終わ" in sentences[0]
    assert not own_case.policies.exists()
    assert name_case(own_case, policy, by=officer) is Outcome.NOT_PUBLIC


# The page


def test_words_are_looked_up_without_judging_the_form(client, policy, officer, case):
    client.force_login(officer)

    content = text(client.post(page_of(policy), {"cases_text": "朝市", "note": "途中の文", "_find": "cases"}))

    assert "朝市と送迎" in content
    assert "途中の文" in content
    assert "エラー" not in content
    picked = text(client.get(reverse("cases:pick", args=["cases"]), {"cases_text": str(case.pk)}))
    assert "朝市と送迎" in picked


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "事例を探して、1つ以上選んでください。"),
        ({"cases_text": "朝市"}, "候補から選んでください。"),
        ({"cases_text": "ないものをさがす"}, "は見つかりません。"),
        ({"cases": ["999999"]}, "選んだ事例が見つかりません。公開が終わっているかもしれません。"),
        ({"cases": ["x"]}, "選んだ事例が見つかりません。"),
        ({"cases": ["{case}"], "note": "あ" * 201}, "200文字以内"),
        ({"cases": ["{case}"], "note": "a\x07b"}, "制御文字"),
    ],
)
def test_mistakes_get_a_sentence_and_what_was_typed_stays(client, policy, officer, case, data, sentence):
    client.force_login(officer)
    if "cases" in data:
        data = {**data, "cases": [each.replace("{case}", str(case.pk)) for each in data["cases"]]}

    response = client.post(page_of(policy), data)

    errors = [error for found in response.context["form"].errors.values() for error in found]
    assert any(sentence in error for error in errors), errors
    assert not PolicyProposal.objects.exists()
    if typed := data.get("note"):
        assert typed in text(response)


def test_drafts_of_others_cannot_be_named(client, policy, officer):
    client.force_login(officer)
    draft = CaseStudyFactory()

    response = client.post(page_of(policy), {"cases": [draft.pk]})

    assert "cases" in response.context["form"].errors
    assert draft.title not in text(response)


def test_cases_linked_by_others_are_shown_unless_they_are_hidden(client, policy, officer, case):
    client.force_login(officer)
    hidden = CaseStudyFactory(title="まだ見せない下書き")
    for each in (case, hidden):
        each.policies.add(policy)

    content = text(client.get(page_of(policy)))

    assert "結ばれている事例（1件）" in content
    assert "朝市と送迎" in content
    assert "まだ見せない下書き" not in content


def test_a_draft_policy_says_that_it_has_to_be_public_first(client, officer, policy):
    client.force_login(officer)
    draft = PolicyFactory(organization=policy.organization)

    content = text(client.get(page_of(draft)))

    assert "公開すると、事例を加えられます" in content
    assert 'name="note"' not in content


def test_only_those_who_may_edit_the_policy_get_in(client, policy, writer):
    client.force_login(writer)
    draft = PolicyFactory()

    assert client.get(page_of(policy)).status_code == 403
    assert client.get(page_of(draft)).status_code == 404
    assert client.post(page_of(policy), {"cases": ["1"]}).status_code == 403


def test_the_pages_of_the_policy_lead_its_members_there(client, policy, officer, writer):
    link = f'href="{page_of(policy)}"'

    assert link not in text(client.get(policy.get_absolute_url()))
    client.force_login(officer)
    assert link in text(client.get(policy.get_absolute_url()))
    assert link in text(client.get(reverse("policies:edit", args=[policy.pk])))


@pytest.mark.parametrize("count", [1, 6])
def test_query_count_of_the_page_does_not_grow(client, policy, officer, count, django_assert_num_queries):
    for each in CaseStudyFactory.create_batch(count, published=True):
        each.policies.add(policy)
    for each in CaseStudyFactory.create_batch(2 * count, published=True):
        PolicyProposal.objects.create(case=each, policy=policy, organization=policy.organization)
    PolicyProposal.objects.filter(pk__in=list(PolicyProposal.objects.values_list("pk", flat=True)[:count])).update(
        answer=ProposalAnswer.DECLINED, answered_at=timezone.now()
    )
    client.force_login(officer)

    # session, person, second factor (3), the policy and whether it may be edited; count and page of the linked
    # cases, what waits, what was declined
    with django_assert_num_queries(11):
        client.get(page_of(policy))


# Answering


def test_the_form_of_the_case_leads_to_the_question(client, case, writer, proposal):
    client.force_login(writer)
    link = f'href="{reverse("cases:proposal", args=[proposal.pk])}"'

    for form in ("edit", "edit_short"):
        assert link in text(client.get(reverse(f"cases:{form}", args=[case.pk])))
    decline(proposal, by=writer)
    assert link not in text(client.get(reverse("cases:edit", args=[case.pk])))


def test_accepting_links_as_an_edit_of_the_case_and_tells_who_asked(
    client, policy, officer, case, writer, proposal, django_capture_on_commit_callbacks
):
    client.force_login(writer)

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(proposal.get_absolute_url(), {"answer": "accept"}, follow=True)

    assert "加えました" in told(response)[0]
    assert list(case.policies.all()) == [policy]
    assert case.reviews.open().get().submitted_by == writer
    proposal.refresh_from_db()
    assert (proposal.answer, proposal.answered_by) == (ProposalAnswer.ACCEPTED, writer)
    assert proposal.answered_at
    [message] = mail.outbox
    assert message.to == [officer.email]
    assert "結ばれました" in message.body


def test_declining_keeps_it_away_and_tells_who_asked(
    client, officer, case, writer, proposal, django_capture_on_commit_callbacks
):
    client.force_login(writer)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(proposal.get_absolute_url(), {"answer": "decline"})

    assert not case.policies.exists()
    case.refresh_from_db()
    assert case.version == 1
    [message] = mail.outbox
    assert message.to == [officer.email]
    assert "断られました" in message.body
    client.force_login(officer)
    assert "断られたお願い（1件）" in text(client.get(page_of(proposal.policy)))


def test_the_answer_goes_to_the_others_when_who_asked_has_left(
    policy, officer, writer, proposal, django_capture_on_commit_callbacks
):
    colleague = member_of(policy.organization)
    policy.organization.memberships.filter(user=officer).delete()

    with django_capture_on_commit_callbacks(execute=True):
        accept(proposal, by=writer)

    assert [message.to for message in mail.outbox] == [[colleague.email]]


def test_looking_changes_nothing(client, case, writer, proposal):
    client.force_login(writer)

    content = text(client.get(proposal.get_absolute_url(), {"answer": "accept"}))

    assert "会議でうかがいました。" in content
    assert not case.policies.exists()
    proposal.refresh_from_db()
    assert proposal.is_open
    assert client.get(reverse("cases:withdraw_proposal", args=[proposal.pk])).status_code == 405


def test_the_second_answer_gets_a_sentence(client, case, writer, officer, proposal):
    client.force_login(writer)

    client.post(proposal.get_absolute_url(), {"answer": "decline"}, follow=True)
    response = client.post(proposal.get_absolute_url(), {"answer": "accept"}, follow=True)

    assert told(response) == ["このお願いは、先に断られています。"]
    assert not case.policies.exists()
    client.force_login(officer)
    response = client.post(reverse("cases:withdraw_proposal", args=[proposal.pk]), follow=True)
    assert told(response) == ["このお願いは、先に断られています。"]


@pytest.mark.parametrize("sent", [{}, {"answer": "x"}, {"answer": ["accept", "x"]}])
def test_an_unknown_answer_gets_a_sentence(client, writer, proposal, sent):
    client.force_login(writer)

    response = client.post(proposal.get_absolute_url(), sent, follow=True)

    assert told(response) == ["「結ぶ」か「断る」のどちらかを押してください。"]
    proposal.refresh_from_db()
    assert proposal.is_open


@pytest.mark.parametrize("closed", ["case", "policy"])
def test_what_was_closed_meanwhile_is_not_linked(client, case, policy, writer, proposal, closed):
    client.force_login(writer)
    close({"case": case, "policy": policy}[closed])

    shown = text(client.get(proposal.get_absolute_url()))
    response = client.post(proposal.get_absolute_url(), {"answer": "accept"}, follow=True)

    assert 'value="accept"' not in shown
    assert told(response) == ["いまは結べません。事例か施策の公開が終わっています。"]
    assert not case.policies.exists()
    with pytest.raises(NotPublic):
        accept(proposal, by=writer)


def test_nothing_is_asked_any_more_once_the_case_names_the_policy_by_itself(client, case, policy, writer, proposal):
    client.force_login(writer)
    case.policies.add(policy)

    assert "お返事はいりません" in text(client.get(proposal.get_absolute_url()))
    assert "お願いが届いています" not in text(client.get(reverse("cases:edit", args=[case.pk])))
    assert accept(proposal, by=writer).answer == ProposalAnswer.ACCEPTED
    case.refresh_from_db()
    assert case.version == 1


def test_who_asked_may_read_and_withdraw_but_not_answer(client, officer, case, writer, proposal):
    client.force_login(officer)

    assert "お返事を待っています" in text(client.get(proposal.get_absolute_url()))
    assert client.post(proposal.get_absolute_url(), {"answer": "accept"}).status_code == 403
    response = client.post(reverse("cases:withdraw_proposal", args=[proposal.pk]), follow=True)

    assert told(response) == ["「朝市と送迎」へのお願いを取り下げました。"]
    proposal.refresh_from_db()
    assert (proposal.answer, proposal.answered_by) == (ProposalAnswer.WITHDRAWN, officer)
    client.force_login(writer)
    assert "取り下げました" in text(client.get(proposal.get_absolute_url()))
    assert client.post(reverse("cases:withdraw_proposal", args=[proposal.pk])).status_code == 403


@pytest.mark.parametrize("person", [UserFactory, secretariat])
def test_others_do_not_see_the_question(client, proposal, person):
    client.force_login(person())

    assert client.get(proposal.get_absolute_url()).status_code == 404
    assert client.post(proposal.get_absolute_url(), {"answer": "accept"}).status_code == 404
    assert client.post(reverse("cases:withdraw_proposal", args=[proposal.pk])).status_code == 404


def test_query_count_of_the_question(client, writer, proposal, django_assert_num_queries):
    client.force_login(writer)

    # session, person, second factor (2), the question, whether one may answer, whether it is linked
    with django_assert_num_queries(7):
        client.get(proposal.get_absolute_url())


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_make_one():
    ministry = OrganizationFactory(published=True, kind=OrganizationKind.MINISTRY)
    policy, case = PolicyFactory(published=True, organization=ministry), CaseStudyFactory(published=True)
    officer, writer = member_of(ministry), owner_of(case.organization)
    name_case(case, policy, by=officer)
    proposal = PolicyProposal.objects.get()
    barrier, results = threading.Barrier(2), []

    def answer(take, by):
        try:
            barrier.wait()
            results.append(take(PolicyProposal.objects.get(pk=proposal.pk), by=by).answer)
        except AlreadyAnswered as error:
            results.append(f"late: {error.proposal.answer}")
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=pair) for pair in ((accept, writer), (withdraw, officer))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    first = next(result for result in results if not result.startswith("late"))
    assert sorted(results) == sorted([first, f"late: {first}"])
    assert case.policies.exists() == (first == ProposalAnswer.ACCEPTED)


# The database


def test_a_question_is_open_once(policy, case, proposal):
    with pytest.raises(IntegrityError, match="is_open_once"), transaction.atomic():
        PolicyProposal.objects.create(case=case, policy=policy, organization=policy.organization)


@pytest.mark.parametrize("fields", [{"answer": "accepted"}, {"answered_at": timezone.now()}])
def test_an_answer_has_a_date_and_nothing_else_has(proposal, fields):
    with pytest.raises(IntegrityError, match="answer_has_a_date"), transaction.atomic():
        PolicyProposal.objects.filter(pk=proposal.pk).update(**fields)


def test_the_secretariat_reads_questions_in_the_admin(client, proposal):
    client.force_login(secretariat())

    page = client.get(reverse("admin:cases_policyproposal_change", args=[proposal.pk]))

    assert "会議でうかがいました。" in text(page)
    assert client.get(reverse("admin:cases_policyproposal_changelist"), {"q": "朝市"}).status_code == 200
    assert client.post(reverse("admin:cases_policyproposal_change", args=[proposal.pk]), {}).status_code == 403
    assert proposal.case.status == Status.PUBLISHED
