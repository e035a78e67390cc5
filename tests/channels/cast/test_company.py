"""The demo company is whole: every department has people, and one of them wears several hats."""

from crossdesk.channels.networks.sandbox.cast import company


def test_every_department_has_a_lead_and_somebody_who_answers():
    leads = {department for member in company().members for department in member.leads}

    assert leads == set(company().departments)
    assert [d for d in company().departments if not company().members_of(d)] == []


def test_members_are_known_by_address_and_signature():
    members = company().members

    assert len({member.email for member in members}) == len(members)
    assert [m.email for m in members if not m.email.endswith("@wrenholt.example")] == []
    assert {m.role for m in members} == {"owner", "administrator", "lead", "member", "viewer"}
    assert [m.name for m in members if len(m.departments) > 2] == ["Pieter Claes"]


def test_nobody_of_one_department_shares_initials():
    signed = [(member.departments[0], member.initials) for member in company().members]

    assert len(set(signed)) == len(signed)


def test_texts_and_posts_belong_to_known_departments_and_accounts():
    handles = {account.handle for account in company().accounts}

    assert {text.department for text in company().saved_texts} == set(company().departments)
    assert {post.account_handle for post in company().posts} == handles
    assert [post.key for post in company().posts if len(post.text) > 500] == []
