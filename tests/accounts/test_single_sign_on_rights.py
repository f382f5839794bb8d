"""Rights by claims: worked out anew at each sign-in; what was given by hand stays."""

import pytest

from ranevents.accounts import single_sign_on_rules as rules
from ranevents.accounts.models import Membership, Role, User
from ranevents.core import audit
from ranevents.core.db import db
from ranevents.core.sign_on_settings import EventRole, event_role
from tests import builders
from tests.accounts.cast import an_organiser, is_signed_in
from tests.accounts.conftest import Settle
from tests.accounts.provider import Provider, come_in
from tests.client import Client
from tests.statements import count_statements

of_a_provider = pytest.mark.slow


def roles() -> dict[str, Role]:
    """What Elena is at which event."""
    elena = db.session.query(User).filter_by(email="elena@example.org").one()
    found = db.session.query(Membership).filter_by(user_id=elena.id)
    return {membership.event.slug: membership.role for membership in found.options(_with_events())}


def _with_events() -> object:
    from sqlalchemy.orm import joinedload

    return joinedload(Membership.event).lazyload("*")


@of_a_provider
def test_a_claim_makes_an_administrator_and_its_end_takes_that_away(
    client: Client, provider: Provider, settle: Settle
) -> None:
    settle(oidc_administrators=["ran-admins"])
    builders.a_user(is_administrator=True)
    db.session.commit()
    provider.person(groups=("ran-admins",))

    come_in(client)
    user = db.session.query(User).filter_by(email="elena@example.org").one()
    assert user.is_administrator

    provider.put_into("elena", "ran-organisers")
    come_in(client)

    assert not user.is_administrator
    assert [entry.step for entry in audit.history(user)][-2:] == ["make_administrator", "unmake_administrator"]


@of_a_provider
def test_an_administrator_made_by_hand_stays_one(client: Client, provider: Provider, settle: Settle) -> None:
    settle(oidc_administrators=["ran-admins"])
    builders.a_user(is_administrator=True)
    user = an_organiser(is_administrator=True)
    provider.person(groups=("ran-admins",))
    come_in(client)

    provider.put_into("elena", "ran-organisers")
    come_in(client)

    assert user.is_administrator


@of_a_provider
def test_the_last_administrator_stays_one_whatever_the_claims_say(
    client: Client, provider: Provider, settle: Settle
) -> None:
    settle(oidc_administrators=["ran-admins"])
    provider.person(groups=("ran-admins",))
    come_in(client)

    provider.put_into("elena", "ran-organisers")
    page = come_in(client)

    assert page.status == 303
    assert db.session.query(User).one().is_administrator
    assert db.session.query(User).one().is_administrator_by_claim, "tried again at the next sign-in"


@of_a_provider
def test_claims_give_roles_at_events_and_at_all_events_of_a_series(
    client: Client, provider: Provider, settle: Settle
) -> None:
    series = builders.a_series(slug="ppe-2018")
    builders.an_event(slug="sofia-2018", series=series)
    builders.an_event(slug="paris-2018", series=series)
    builders.an_event(slug="elsewhere")
    db.session.commit()
    settle(
        oidc_event_roles=[
            "ran-desk:desk:series/ppe-2018",
            "ran-editors:editor:sofia-2018",
            "ran-editors:editor:no-such-event",
            "others:owner:elsewhere",
        ]
    )
    provider.person(groups=("ran-desk", "ran-editors"))

    come_in(client)
    assert roles() == {"sofia-2018": Role.EDITOR, "paris-2018": Role.DESK}

    provider.put_into("elena", "ran-desk")
    come_in(client)
    assert roles() == {"sofia-2018": Role.DESK, "paris-2018": Role.DESK}

    provider.put_into("elena", "ran-organisers")
    come_in(client)
    assert roles() == {}


@of_a_provider
def test_a_role_given_or_changed_by_hand_stays_as_it_is(client: Client, provider: Provider, settle: Settle) -> None:
    user = an_organiser()
    by_hand = builders.an_event(slug="by-hand")
    changed = builders.an_event(slug="changed")
    db.session.add(Membership(user=user, event_id=by_hand.id, role=Role.READER))
    administrator = builders.a_user(is_administrator=True)
    db.session.commit()
    settle(oidc_event_roles=["ran-desk:desk:by-hand", "ran-desk:desk:changed"])
    provider.person(groups=("ran-desk",))
    come_in(client)
    membership = db.session.query(Membership).filter_by(event_id=changed.id).one()

    page = Client(client.http.application, administrator).get("/organise/events/changed/team")
    assert "Elena (by single sign-on)" in page.text
    Client(client.http.application, administrator).post(
        f"/organise/events/changed/team/{membership.id}/role", role="editor"
    )
    provider.put_into("elena", "ran-organisers")
    come_in(client)

    assert roles() == {"by-hand": Role.READER, "changed": Role.EDITOR}


@of_a_provider
def test_the_last_owner_of_an_event_stays_one_whatever_the_claims_say(
    client: Client, provider: Provider, settle: Settle
) -> None:
    builders.an_event(slug="sofia-2018")
    db.session.commit()
    settle(oidc_event_roles=["ran-owners:owner:sofia-2018", "ran-desk:desk:sofia-2018"])
    provider.person(groups=("ran-owners",))
    come_in(client)

    for groups in (("ran-desk",), ("ran-organisers",)):
        provider.put_into("elena", *groups)
        assert come_in(client).status == 303
        assert roles() == {"sofia-2018": Role.OWNER}


@of_a_provider
def test_whom_the_claims_allow_no_more_loses_what_they_gave_and_every_session(
    client: Client, provider: Provider, settle: Settle
) -> None:
    builders.a_user(is_administrator=True)
    event, own = builders.an_event(slug="sofia-2018"), builders.an_event(slug="own")
    user = an_organiser()
    db.session.add(Membership(user=user, event_id=own.id, role=Role.EDITOR))
    db.session.commit()
    settle(oidc_administrators=["ran-admins"], oidc_event_roles=["ran-admins:owner:sofia-2018"])
    builders.a_user(Role.OWNER, event)
    db.session.commit()
    provider.person(groups=("ran-admins",))
    come_in(client)
    elsewhere = Client(client.http.application, user)

    provider.put_into("elena")
    page = come_in(client)

    assert page.status == 403
    assert not is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert not user.is_administrator
    assert roles() == {"own": Role.EDITOR}
    assert audit.history(user)[-1].step == "shut_out_by_claims"


@of_a_provider
def test_many_events_take_no_more_statements_than_few_while_nothing_changes(
    client: Client, provider: Provider, settle: Settle
) -> None:
    provider.person(groups=("ran-desk",))
    took = []
    for slug, number in (("few", 2), ("many", 30)):
        series = builders.a_series(slug=slug)
        for _ in range(number):
            builders.an_event(series=series)
        db.session.commit()
        settle(oidc_event_roles=[f"ran-desk:desk:series/{slug}"])
        come_in(client)
        with count_statements() as statements:
            come_in(client)
        took.append(len(statements))

    assert took[0] == took[1]


@pytest.mark.parametrize(
    ("said", "claim", "values"),
    [
        ({"groups": ["a", "b"]}, "groups", {"a", "b"}),
        ({"groups": "a"}, "groups", {"a"}),
        ({"groups": {"a": {"org": 1}, "b": {}}}, "groups", {"a", "b"}),
        ({"groups": ["a", 7, None, ["b"]]}, "groups", {"a"}),
        ({"groups": 7}, "groups", set()),
        ({}, "groups", set()),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", {"a"}),
        ({"https://example.org/roles": ["a"]}, "https://example.org/roles", {"a"}),
        ({"realm_access": "a"}, "realm_access.roles", set()),
    ],
)
def test_a_claim_is_read_in_all_the_shapes_that_providers_give_it(
    said: dict[str, object], claim: str, values: set[str]
) -> None:
    assert rules.values_of(said, claim) == values


def test_a_value_may_hold_colons_itself() -> None:
    assert event_role("urn:org:ran:desk:desk:sofia-2018") == EventRole("urn:org:ran:desk", "desk", "sofia-2018")


@pytest.mark.parametrize("subject", [None, 7, "", "x" * 256, "\x00", "\ud800"])
def test_who_has_no_proper_subject_is_nobody(subject: object) -> None:
    with pytest.raises(rules.NotVouchedFor):
        rules.read_claims({"sub": subject}, issuer="https://login.example.org", claim="groups", trusts_addresses=False)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"name": " Elena\nPetrova\u202e "}, "Elena Petrova"),
        ({"given_name": "Elena", "family_name": "Petrova"}, "Elena Petrova"),
        ({"preferred_username": "elena"}, "elena"),
        ({"name": 7}, "e.petrova"),
        ({"name": "x" * 300}, "x" * 200),
    ],
)
def test_a_name_is_found_among_what_providers_say(said: dict[str, object], name: str) -> None:
    told = {"sub": "1", "email": "e.petrova@example.org", "email_verified": True, **said}

    claims = rules.read_claims(told, issuer="https://login.example.org", claim="groups", trusts_addresses=False)

    assert claims.name == name
