"""Two entries of one person become one: nothing is lost or doubled, nothing happens by itself, nothing is given away."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ranevents.accounts.models import Membership, Role
from ranevents.core import clock
from ranevents.core.audit import SYSTEM, AuditEntry
from ranevents.core.db import db
from ranevents.core.errors import DomainError
from ranevents.directory import merge_queries, merge_service
from ranevents.directory.queries import Sight
from ranevents.events.models import Event
from ranevents.invitations.models import Guest, Invitation, Substitute
from ranevents.invitations.states import InvitationState
from ranevents.mailing.models import Message
from ranevents.people import service as people
from ranevents.people.models import DifferentPeople, Person, Sector, Side
from ranevents.people.service import Particulars
from ranevents.registrations.models import Consent, ConsentKind, Registration
from ranevents.registrations.states import RegistrationState
from tests.builders import a_guest, a_message, a_registration, a_substitute, an_event, an_invitation
from tests.client import Client, Page
from tests.directory.test_people import PAGE, listed, many_guests, organiser, somebody, statements

BUTTON = "Merge for good (can't be undone)"


def couple(event: Event, **differing: Any) -> tuple[Person, Person]:
    """Two entries on the event's guest list; the second differs in what is given."""
    kept = somebody("Petrova", given_name="Ана", family_name="Петрова", email="ana@example.org")
    same = {"given_name": "Ана", "family_name": "Петрова", "email": "ana@example.org"}
    gone = somebody(differing.pop("latin_family_name", "Petrova"), **{**same, **differing})
    for person in (kept, gone):
        a_guest(event, person)
    db.session.commit()
    return kept, gone


def path_of(kept: Person, gone: Person) -> str:
    return f"{PAGE}/{kept.id}/merge/{gone.id}"


def merged(client: Client, kept: Person, gone: Person, **chosen: str) -> Page:
    page = client.submit(client.get(path_of(kept, gone)), **chosen)
    db.session.expire_all()
    return page


def told(person: Person) -> Particulars:
    return Particulars(**{name: getattr(person, name) for name in Particulars.__dataclass_fields__})


def couples(event: Event) -> list[tuple[str, str]]:
    sight = Sight(frozenset([event.id]), frozenset([event.id]))
    return [(one.one.position, one.other.position) for one in merge_queries.couples(sight, 1).rows]


def test_everything_points_to_the_kept_entry_and_the_other_is_blank(app: Flask, event: Event) -> None:
    kept, gone = couple(event, organisation="Agency", position="Director")
    second = an_event()
    registration = a_registration(second, gone)
    db.session.add(
        Consent(
            registration_id=registration.id,
            kind=ConsentKind.PHOTOGRAPHS,
            is_given=True,
            notice_version=1,
            at=clock.now(),
        )
    )
    invitation = an_invitation(an_event(), gone)
    substitute = a_substitute(an_invitation(an_event()), person_id=gone.id)
    message = a_message(second, gone)
    client = organiser(app, None, is_administrator=True)

    page = merged(client, kept, gone, position="gone")

    assert "there is one entry now" in page.text
    for row in (registration, invitation, substitute, message):
        assert row.person_id == kept.id
    assert sorted(db.session.scalars(select(Guest.person_id).where(Guest.event_id == event.id))) == [kept.id]
    assert (kept.position, kept.organisation) == ("Director", "Municipality of Plovdiv")
    assert gone.erased_at
    assert (gone.email, gone.family_name, gone.search_words) == ("", "", "")
    assert db.session.scalar(select(func.count()).select_from(Consent)) == 1
    assert listed(client.get(f"{PAGE}?search=petrova")).count("Petrova") >= 1
    assert client.get(f"{PAGE}/{gone.id}").status == 404


def test_the_trail_names_no_one(app: Flask, event: Event) -> None:
    kept, gone = couple(event, organisation="Agency")

    merged(organiser(app, event), kept, gone)

    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.step == "merge")).all()
    assert [(one.record_type, one.record_id, one.details["merged"]) for one in entries] == [
        ("persons", kept.id, str(gone.id))
    ]
    assert "etrova" not in str([(one.details, one.why) for one in entries])


def test_a_search_finds_the_one_by_both_spellings_if_that_is_wanted(app: Flask, event: Event) -> None:
    kept, gone = couple(event, latin_family_name="Petroff", family_name="Петров")
    client = organiser(app, event)

    page = merged(client, kept, gone)

    assert "Also found as Ана Петров Remove Ана Петров Ana Petroff Remove Ana Petroff" in page.text
    for typed in ("petrova", "petroff", "Петров"):
        assert listed(client.get(f"{PAGE}?search={typed}")) == ["Petrova"]


def test_nor_does_it_where_that_is_not_wanted(app: Flask, event: Event) -> None:
    kept, gone = couple(event, latin_family_name="Petroff", family_name="Петров")
    client = organiser(app, event)
    page = client.get(path_of(kept, gone))
    page.forms[-1]["fields"].pop("keeps_spellings")

    client.submit(page)

    assert listed(client.get(f"{PAGE}?search=petroff")) == []
    assert db.session.get_one(Person, kept.id).other_spellings == ""


@pytest.mark.parametrize("stays", ["kept", "gone"])
def test_whose_address_changes_gets_new_links_and_the_old_one_is_told(app: Flask, event: Event, stays: str) -> None:
    kept, gone = couple(event, email="second@example.org")
    first, other = a_registration(event, kept), a_registration(an_event(), gone)
    asked = an_invitation(an_event(), gone)
    client = organiser(app, None, is_administrator=True)

    merged(client, kept, gone, email=stays)

    versions = {"kept": [1, 2, 2], "gone": [2, 1, 1]}[stays]
    assert [first.link_version, other.link_version, asked.link_version] == versions
    old, new = (
        ("second@example.org", "ana@example.org") if stays == "kept" else ("ana@example.org", "second@example.org")
    )
    sent = {tuple(one) for one in db.session.execute(select(Message.mail, Message.to_address))}
    assert sent == {("registrations/address_changed", old), ("registrations/link", new)} | (
        {("invitations/invitation", new)} if stays == "kept" else set()
    )


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("registered", "registered", "cancel one of the two registrations first"),
        ("invited", "invited", "withdraw an invitation that is not answered first"),
        ("declined", "declined", "each answer stays with whom it was asked of"),
        ("registered", "invited", "withdraw the invitation, or cancel the registration, first"),
        ("invited", "registered", "withdraw the invitation, or cancel the registration, first"),
    ],
)
def test_who_is_bound_twice_to_one_event_is_not_merged(
    app: Flask, event: Event, first: str, second: str, said: str
) -> None:
    kept, gone = couple(event, organisation="Agency")
    make = {
        "registered": lambda person: a_registration(event, person),
        "invited": lambda person: an_invitation(event, person),
        "declined": lambda person: an_invitation(event, person, state=InvitationState.DECLINED),
    }
    make[first](kept)
    make[second](gone)
    client = organiser(app, event)
    page = client.get(path_of(kept, gone))

    sent = client.submit(page)

    db.session.expire_all()
    assert said in page.text
    assert "Partnerships in prevention" in page.text
    assert BUTTON.replace("'", "&#39;") not in page.html
    assert sent.status == 422
    assert gone.erased_at is None


def test_of_an_event_that_one_does_not_see_only_its_being_there_is_told(app: Flask, event: Event) -> None:
    kept, gone = couple(event)
    secret = an_event(title="A secret meeting")
    for person in (kept, gone):
        a_registration(secret, person)

    page = organiser(app, event).get(path_of(kept, gone))

    assert "secret" not in page.html
    assert "at an event that you don't see" in page.text


def test_a_revoked_invitation_and_an_ended_registration_stand_in_nobodys_way(app: Flask, event: Event) -> None:
    kept, gone = couple(event)
    an_invitation(event, kept)
    an_invitation(event, gone, state=InvitationState.REVOKED)
    a_registration(event, gone, state=RegistrationState.CANCELLED)

    assert "there is one entry now" in merged(organiser(app, event), kept, gone).text


def test_what_was_erased_stays_with_the_blank_entry(app: Flask, event: Event) -> None:
    kept, gone = couple(event)
    erased = a_registration(event, gone, state=RegistrationState.CANCELLED, erased_at=clock.now())

    merged(organiser(app, event), kept, gone)

    assert erased.person_id == gone.id


def test_an_entry_that_was_changed_since_it_was_shown_is_not_merged(app: Flask, event: Event) -> None:
    kept, gone = couple(event, organisation="Agency")
    client = organiser(app, event)
    page = client.get(path_of(kept, gone))
    db.session.get_one(Person, gone.id).position = "Minister"
    db.session.commit()

    sent = client.submit(page)

    assert "something has changed" in sent.text
    assert db.session.get_one(Person, gone.id).erased_at is None


@pytest.mark.parametrize("which", ["kept", "gone"])
def test_both_must_be_ones_own_to_change(app: Flask, event: Event, which: str) -> None:
    kept, gone = couple(event)
    foreign = somebody("Petrova")
    only_read = somebody("Petrova")
    a_guest(an_event(), foreign)
    read = an_event()
    a_guest(read, only_read)
    client = organiser(app, event)
    user = db.session.scalars(select(Membership.user_id).order_by(Membership.id.desc())).first()
    db.session.add(Membership(user_id=user, event_id=read.id, role=Role.DESK))
    db.session.commit()

    def tried(other: Person) -> int:
        return client.get(path_of(kept, other) if which == "gone" else path_of(other, kept)).status

    assert (tried(foreign), tried(only_read), tried(kept), tried(gone)) == (404, 403, 404, 200)


def test_couples_are_those_called_alike_who_share_something(app: Flask, event: Event) -> None:
    def one(mark: str, **given: Any) -> None:
        a_guest(event, somebody(given.pop("family", "Petrova"), position=mark, **given))

    one("a", email="x@example.org", country="BG", organisation="A")
    one("b", email="X@example.org", country="FR", organisation="B", family="Petrova-Ivanova")
    one("c", email="c@example.org", country="BG", organisation="C")
    one("d", email="d@example.org", country="SE", organisation="a")
    one("e", email="e@example.org", country="AT", organisation="E")
    one(
        "f",
        email="x@example.org",
        country="BG",
        organisation="A",
        family="Zhelev",
        given_name="Ivo",
        latin_given_name="Ivo",
    )
    a_guest(an_event(), somebody("Petrova", position="foreign", country="BG"))
    swapped = {"given_name": "Petrova", "latin_given_name": "Petrova"}
    one("g", email="g@example.org", country="AT", family="Ana", organisation="", **swapped)

    assert sorted(couples(event)) == [("a", "b"), ("a", "c"), ("a", "d"), ("e", "g")]


def test_who_was_told_apart_is_not_proposed_again_but_can_be_merged(app: Flask, event: Event) -> None:
    one, other = couple(event)
    client = organiser(app, event)

    page = client.submit(client.get(f"{PAGE}/duplicates"), form=-1)

    assert "Remembered: these are two people." in page.text
    assert "None among the people whom you may change." in page.text
    assert "Nobody was found." in client.get(f"{PAGE}/{one.id}/merge").text
    client.post(f"{path_of(one, other)}/different")
    assert "Judged to be somebody else than the entry with number" in client.get(f"{PAGE}/{other.id}").text
    page = client.get(path_of(one, other))
    assert "Somebody has judged these two to be different people." in page.text
    assert "Merged: there is one entry now." in client.submit(page).text
    assert not db.session.scalars(select(DifferentPeople)).all(), "it goes with either"


def test_beside_whom_one_was_told_apart_from_stands_the_one_before(app: Flask, event: Event) -> None:
    first, second, third = (
        *couple(event, position="second"),
        somebody("Petrova", given_name="Ана", family_name="Петрова", email="ana@example.org", position="third"),
    )
    a_guest(event, third)
    people.tell_apart(third, second)
    db.session.commit()

    assert couples(event) == [(first.position, "second"), (first.position, "third")]


def test_only_who_may_change_both_tells_them_apart(app: Flask, event: Event) -> None:
    one, other = couple(event)
    foreign = somebody("Petrova")
    a_guest(an_event(), foreign)
    reader = organiser(app, event, role=Role.READER)

    assert organiser(app, event).post(f"{path_of(one, foreign)}/different").status == 404
    assert reader.post(f"{path_of(one, other)}/different").status == 403
    assert organiser(app, event).post(f"{path_of(one, one)}/different").status == 404
    assert not db.session.scalars(select(DifferentPeople)).all()


def test_another_spelling_can_be_taken_away(app: Flask, event: Event) -> None:
    kept, gone = couple(event, latin_family_name="Petroff", family_name="Петров")
    client = organiser(app, event)
    page = merged(client, kept, gone)

    page = client.submit(
        page, form=next(nth for nth, one in enumerate(page.forms) if one["fields"].get("spelling") == "Ana Petroff")
    )

    assert "Searches no longer find this person by that spelling." in page.text
    assert db.session.get_one(Person, kept.id, populate_existing=True).other_spellings == "Ана Петров"
    assert listed(client.get(f"{PAGE}?search=petroff")) == []
    assert "Particulars changed: other spellings of the name" in client.get(f"{PAGE}/{kept.id}").text
    assert client.post(f"{PAGE}/{kept.id}/spellings/remove", data={"spelling": "\x00"}).status < 400


def test_nobody_who_may_only_read_is_shown_couples(app: Flask, event: Event) -> None:
    couple(event)

    page = organiser(app, event, Role.DESK).get(f"{PAGE}/duplicates")

    assert "None among the people whom you may change." in page.text


def test_the_other_entry_is_proposed_or_found(app: Flask, event: Event) -> None:
    kept, gone = couple(event)
    unlike = somebody("Zhelev", email="z@example.org")
    a_guest(event, unlike)
    client = organiser(app, event)

    assert path_of(kept, gone) in client.get(f"{PAGE}/{kept.id}/merge").html
    found = client.get(f"{PAGE}/{kept.id}/merge?search=zhel")
    assert path_of(kept, unlike) in found.html
    assert path_of(kept, gone) not in found.html


def test_the_pages_take_the_same_statements_for_ten_and_for_many(app: Flask, event: Event) -> None:
    kept, gone = couple(event)
    client = organiser(app, event)
    many_guests(event, 5)
    many_guests(event, 5)
    paths = [f"{PAGE}/duplicates", path_of(kept, gone), f"{PAGE}/{kept.id}/merge?search=petrova"]
    few = [statements(client, path) for path in paths]

    many_guests(event, 500)
    for _one in range(5):
        a_registration(an_event(), gone)
    db.session.commit()

    assert [statements(client, path) for path in paths] == few


def test_all_that_points_to_a_person_moves() -> None:
    """A new table that names persons says in merge_service what becomes of it when two are merged."""
    pointing = {
        table.name
        for table in db.metadata.tables.values()
        for key in table.foreign_keys
        if key.target_fullname == "persons.id"
    }

    assert pointing == {kind.__tablename__ for kind in (*merge_service.MOVED, *merge_service.FORGOTTEN)}


def _counted() -> list[int]:
    kinds = (Registration, Invitation, Message, Consent, Substitute)
    return [db.session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds]


def _figures(event: Event) -> list[Any]:
    kinds = (Registration.country, Registration.sector, Registration.side, Registration.state)
    counted = select(*kinds, func.count()).where(Registration.event_id == event.id).group_by(*kinds).order_by(*kinds)
    return [tuple(row) for row in db.session.execute(counted)]


_belongings = st.lists(
    st.sampled_from(
        [*(("registered", state) for state in RegistrationState if state is not RegistrationState.NEW)]
        + [("invited", state) for state in InvitationState if state is not InvitationState.ACCEPTED]
        + [("guest", ""), ("mail", ""), ("substitute", "")]
    ),
    max_size=4,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_belongings, _belongings), min_size=1, max_size=3))
def test_nothing_is_lost_or_doubled_and_other_events_stay_as_they_are(app: Flask, events: list[Any]) -> None:
    db.session.rollback()
    kept, gone, other = (
        somebody("Kept"),
        somebody("Gone", country="FR", sector=Sector.POLICE, side=Side.POLICY),
        somebody("Other"),
    )
    untouched = an_event()
    a_registration(untouched, other)
    made = []
    for belongings in events:
        event = an_event()
        made.append(event)
        for person, some in zip((kept, gone), belongings, strict=True):
            for what, state in some:
                _give(event, person, what, state)
    db.session.flush()
    before, figures = _counted(), _figures(untouched)
    guests = set(db.session.execute(select(Guest.event_id, Guest.person_id)).all())
    ids = {
        kind: set(db.session.scalars(select(kind.id).where(kind.person_id.in_((kept.id, gone.id)))))
        for kind in (Registration, Invitation, Message, Substitute)
    }
    in_the_way = merge_queries.conflicts(None, kept, gone)

    try:
        merge_service.merge(kept, gone, told(kept), keeps_spellings=True, by=SYSTEM)
    except DomainError:
        assert in_the_way
        db.session.rollback()
        return

    db.session.flush()
    assert not in_the_way
    mails = (
        db.session.scalar(
            select(func.count()).where(
                Message.mail.in_(("registrations/address_changed", "registrations/link", "invitations/invitation")),
                Message.key.not_like("sample:%"),
            )
        )
        or 0
    )
    assert _counted() == [before[0], before[1], before[2] + mails, before[3], before[4]]
    for kind, some in ids.items():
        assert set(db.session.scalars(select(kind.id).where(kind.person_id == kept.id))) >= some
    theirs = {event_id for event_id, person_id in guests if person_id in (kept.id, gone.id)}
    now = list(db.session.execute(select(Guest.event_id, Guest.person_id)).all())
    assert sorted(event_id for event_id, person_id in now if person_id == kept.id) == sorted(theirs)
    assert not [one for one in now if one[1] == gone.id]
    assert _figures(untouched) == figures
    db.session.rollback()


def _give(event: Event, person: Person, what: str, state: Any) -> None:
    """One more thing that belongs to a person, as far as the database allows it."""
    live = select(Registration.id).where(Registration.event_id == event.id, Registration.person_id == person.id)
    if what == "registered" and not (
        state.is_live
        and any(one.state.is_live for one in db.session.scalars(select(Registration).where(Registration.id.in_(live))))
    ):
        registration = a_registration(event, person, state=state)
        db.session.add(
            Consent(
                registration_id=registration.id,
                kind=ConsentKind.PHOTOGRAPHS,
                is_given=True,
                notice_version=1,
                at=clock.now(),
            )
        )
    elif what == "invited":
        standing = select(Invitation.id).where(
            Invitation.event_id == event.id,
            Invitation.person_id == person.id,
            Invitation.state != InvitationState.REVOKED,
        )
        if state is InvitationState.REVOKED or db.session.scalar(standing) is None:
            an_invitation(event, person, state=state)
    elif (
        what == "guest"
        and db.session.scalar(select(Guest.id).where(Guest.event_id == event.id, Guest.person_id == person.id)) is None
    ):
        a_guest(event, person)
    elif what == "mail":
        a_message(event, person)
    elif what == "substitute":
        a_substitute(an_invitation(event), person_id=person.id)
