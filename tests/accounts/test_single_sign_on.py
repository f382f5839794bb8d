"""Coming in by single sign-on, against a real provider that runs beside these tests: who gets which account."""

import pytest
from flask import Flask

from ranevents.accounts import mails as letters
from ranevents.accounts import service
from ranevents.accounts.models import User
from ranevents.accounts.rules import UseSingleSignOn
from ranevents.accounts.single_sign_on_models import Identity
from ranevents.config import SecondFactorFor
from ranevents.core import audit
from ranevents.core.db import db
from ranevents.core.tokens import Link
from ranevents.mailing.models import Message
from tests.accounts.cast import PASSWORD, an_organiser, is_signed_in, sign_in
from tests.accounts.conftest import Settle
from tests.accounts.provider import BACK, START, Person, Provider, come_in, here, leave
from tests.client import Client, Page
from tests.conftest import Clock

pytestmark = pytest.mark.slow


def sign_out(client: Client) -> Page:
    return client.submit(client.get("/account"), form=0)


def mails() -> list[str]:
    return [message.mail for message in db.session.query(Message).order_by(Message.id)]


def test_somebody_new_whom_the_claims_allow_has_an_account_at_once(client: Client, provider: Provider) -> None:
    provider.person(groups=("ran-organisers",))

    page = come_in(client)

    assert (page.status, page.response.location) == (303, "/organise")
    assert is_signed_in(client)
    user = db.session.query(User).one()
    assert (user.email, user.name) == ("elena@example.org", "Elena at the ministry")
    assert (user.password_hash, user.is_administrator) == (None, False)
    assert [entry.step for entry in audit.history(user)] == ["create", "link_single_sign_on"]
    assert mails() == []
    with client.http.session_transaction() as session:
        assert session["signed_in_by"] == "oidc"


def test_an_account_is_known_by_its_subject_whatever_the_address_becomes(client: Client, provider: Provider) -> None:
    provider.person(groups=("ran-organisers",))
    come_in(client)
    provider.rename("elena", email="elena.petrova@example.org")

    come_in(client)

    assert [user.email for user in db.session.query(User)] == ["elena@example.org"]
    assert db.session.query(Identity).count() == 1


def test_an_account_that_exists_is_linked_by_an_address_that_the_provider_has_checked(
    client: Client, provider: Provider
) -> None:
    user = an_organiser(email="Elena@Example.org")
    provider.person(groups=("ran-organisers",))

    page = come_in(client)

    assert page.status == 303, page.text

    assert is_signed_in(client)
    assert db.session.query(Identity).one().user_id == user.id
    assert mails() == ["accounts/single_sign_on_linked"]
    assert [(entry.step, entry.actor_label) for entry in audit.history(user)] == [
        ("link_single_sign_on", "single sign-on")
    ]
    sign_out(client)
    come_in(client)
    assert mails() == ["accounts/single_sign_on_linked"]
    sign_out(client)
    sign_in(client, "elena@example.org", PASSWORD)
    assert is_signed_in(client)


@pytest.mark.parametrize("said", ["false", None, "yes"])
def test_an_address_that_the_provider_has_not_checked_takes_over_no_account_and_makes_none(
    client: Client, provider: Provider, said: str | None
) -> None:
    an_organiser()
    provider.says("email_verified", said)
    provider.person(groups=("ran-organisers",))
    provider.person("mallory", email="boss@example.org", groups=("ran-organisers",))

    known, unknown = come_in(client), come_in(client, Person("mallory"))

    assert known.status == unknown.status == 403
    assert known.text == unknown.text
    assert "does not confirm that your e-mail address is yours" in known.text
    assert not is_signed_in(client)
    assert db.session.query(User).count() == 1
    assert db.session.query(Identity).count() == 0


def test_a_provider_that_never_says_so_may_be_trusted_by_a_setting_but_not_against_its_word(
    client: Client, provider: Provider, settle: Settle
) -> None:
    settle(oidc_trusts_addresses=True)
    provider.person(groups=("ran-organisers",))

    provider.says("email_verified", "false")
    assert come_in(client).status == 403

    provider.says("email_verified", None)
    assert come_in(client).status == 303


def test_an_account_that_is_somebody_elses_at_the_provider_is_not_taken_over(
    client: Client, provider: Provider
) -> None:
    provider.person(groups=("ran-organisers",))
    come_in(client)
    sign_out(client)
    provider.rename("elena", email="elena.petrova@example.org")
    provider.person("mallory", email="elena@example.org", groups=("ran-organisers",))

    page = come_in(client, Person("mallory"))

    assert page.status == 403
    assert "is used by another person of your organisation" in page.text
    assert not is_signed_in(client)


def test_without_a_list_of_organisers_only_those_come_in_who_have_an_account(
    client: Client, provider: Provider, settle: Settle
) -> None:
    settle(oidc_organisers=[])
    an_organiser()
    provider.person()
    provider.person("georgi", email="georgi@example.org")

    assert come_in(client, Person("georgi")).status == 403
    assert "Please ask an administrator to invite you." in client.last.text  # type: ignore[union-attr]
    assert come_in(client).status == 303
    assert db.session.query(User).count() == 1


def test_a_star_allows_an_account_to_everybody_whom_the_provider_knows(
    client: Client, provider: Provider, settle: Settle
) -> None:
    settle(oidc_organisers=["*"])
    provider.person()

    assert come_in(client).status == 303


def test_whom_the_claims_do_not_allow_gets_no_account(client: Client, provider: Provider) -> None:
    provider.person(groups=("gardeners",))

    page = come_in(client)

    assert page.status == 403
    assert "does not say that you may organise events here" in page.text
    assert db.session.query(User).count() == 0


@pytest.mark.parametrize("is_linked", [True, False])
def test_a_deactivated_account_stays_closed(client: Client, provider: Provider, is_linked: bool) -> None:
    provider.person(groups=("ran-organisers",))
    if is_linked:
        come_in(client)
        sign_out(client)
        user = db.session.query(User).one()
        user.is_active = False
        db.session.commit()
    else:
        an_organiser(is_active=False)

    page = come_in(client)

    assert page.status == 403
    assert "Your account here is closed." in page.text
    assert not is_signed_in(client)


def test_one_is_led_on_to_where_one_was_going(client: Client, provider: Provider) -> None:
    provider.person(groups=("ran-organisers",))

    asked = client.get("/account")
    assert f'href="{START}?next=/account"' in asked.html
    page = come_in(client, path=f"{START}?next=/account")

    assert page.response.location == "/account"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/%5Cevil.example", "/%09/evil.example", "/" + "x" * 1000]
)
def test_nobody_is_led_to_another_site(client: Client, provider: Provider, elsewhere: str) -> None:
    provider.person(groups=("ran-organisers",))

    page = come_in(client, path=f"{START}?next={elsewhere}")

    assert page.response.location == "/organise"


def test_a_session_of_before_does_not_survive(client: Client, provider: Provider) -> None:
    provider.person(groups=("ran-organisers",))
    address = leave(client)
    with client.http.session_transaction() as session:
        session["planted"] = "by an attacker"

    client.get(here(Person().sign_in(address)))

    with client.http.session_transaction() as session:
        assert "planted" not in session
        assert not [key for key in session if key.startswith("_state_")]
        assert session.permanent


def test_sign_ins_that_were_begun_and_never_ended_do_not_fill_the_cookie(client: Client, provider: Provider) -> None:
    provider.person(groups=("ran-organisers",))

    for _ in range(30):
        address = leave(client)
    cookie = client.http.get_cookie("session")
    page = client.get(here(Person().sign_in(address)), follow=False)

    assert cookie is not None
    assert len(cookie.value) < 3000
    assert page.status == 303


def test_the_list_of_organisers_does_not_call_one_who_came_that_way_invited(
    client: Client, provider: Provider, settle: Settle
) -> None:
    settle(oidc_administrators=["ran-admins"])
    provider.person(groups=("ran-admins",))
    come_in(client)

    page = client.get("/organise/organisers")

    assert "Administrator, by single sign-on" in page.text
    assert "Invite again" not in page.text


def test_signing_out_ends_our_session_and_offers_to_end_that_at_the_organisation(
    client: Client, provider: Provider
) -> None:
    provider.person(groups=("ran-organisers",))
    come_in(client)

    page = sign_out(client)
    there = client.get("/sign-out/organisation", follow=False)

    assert not is_signed_in(client)
    assert "/sign-out/organisation" in page.html
    assert there.response.location.startswith(f"{provider.issuer}/oauth/end_session?")


def test_who_came_in_with_a_password_is_not_sent_to_sign_out_elsewhere(client: Client, provider: Provider) -> None:
    an_organiser()
    sign_in(client)

    page = sign_out(client)

    assert "/sign-out/organisation" not in page.html


def test_nothing_of_all_this_is_shown_where_no_provider_is_named(client: Client, moment: Clock) -> None:
    assert "organisation" not in client.get("/sign-in").text
    for path in (START, BACK, "/sign-out/organisation"):
        page = client.get(path)
        assert page.status == 409
        assert "Single sign-on is not set up here." in page.text


def test_where_passwords_are_for_administrators_only_nobody_else_comes_in_with_one(
    client: Client, provider: Provider, settle: Settle
) -> None:
    settle(oidc_only=True)
    user = an_organiser()

    assert "Administrators: sign in with a password" in client.get("/sign-in").text
    page = sign_in(client)
    assert page.status == 422
    assert "your account opens in no other way" in page.text
    assert sign_in(client, password="three otters by the lake").text != page.text
    user.is_administrator = True
    db.session.commit()
    assert sign_in(client).status == 303


def test_who_comes_in_by_single_sign_on_is_mailed_no_link_for_a_password(client: Client, provider: Provider) -> None:
    provider.person(groups=("ran-organisers",))
    come_in(client)
    user = db.session.query(User).one()

    service.send_reset_link(user)

    (mail,) = db.session.query(Message)
    assert mail.mail == "accounts/no_password"
    assert mail.links == {}
    assert "You have no password here" in mail.text


def test_an_invitation_is_over_once_the_organisation_has_opened_the_account(client: Client, provider: Provider) -> None:
    user = an_organiser(password_hash=None)
    link = "/welcome/" + Link(letters.INVITATION, str(user.id), user.session_version).sign_for_a_while()
    before = client.get(link).status
    provider.person(groups=("ran-organisers",))

    come_in(client)

    assert (before, client.get(link).status) == (200, 404)


def test_a_session_ends_after_a_day_however_much_it_is_used(client: Client, provider: Provider, moment: Clock) -> None:
    provider.person(groups=("ran-organisers",))
    come_in(client)

    for _ in range(2):
        moment.move(hours=11)
        assert client.get("/account").heading == "Your account"
    client.submit(client.get("/account"), form=-1)
    assert is_signed_in(client), "ending the others goes on with this one"
    moment.move(hours=2)

    assert not is_signed_in(client)


def test_an_administrator_whom_the_organisation_vouches_for_is_asked_for_no_second_factor_here(
    client: Client, provider: Provider, settle: Settle, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SECOND_FACTOR_FOR", SecondFactorFor.ADMINISTRATORS)
    settle(oidc_administrators=["ran-admins"])
    user = an_organiser(is_administrator=True)
    provider.person(groups=("ran-admins",))

    come_in(client)
    assert client.get("/organise/organisers").heading == "Organisers"
    client.submit(client.get("/account"), form=-1)
    assert client.get("/organise/organisers").heading == "Organisers", "nor after ending the other sessions"

    with_password = Client(app)
    sign_in(with_password)
    assert with_password.get("/organise/organisers").heading == "Second factor"
    assert user.is_administrator


def test_what_always_opened_by_single_sign_on_opens_in_no_other_way(client: Client, provider: Provider) -> None:
    provider.person(groups=("ran-organisers",))
    come_in(client)
    user = db.session.query(User).one()

    with pytest.raises(UseSingleSignOn):
        service.check_own_way_in(user, administrators_only=False)
