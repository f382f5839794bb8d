"""What there is to look at: every page in each of its states. A new page is one more line in PAGES, or several."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any, NoReturn

import pyotp
from openpyxl import Workbook
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from ranevents.accounts import mails as account_mails
from ranevents.accounts.models import Membership, Role
from ranevents.config import SecondFactorFor
from ranevents.core import clock
from ranevents.core.audit import SYSTEM
from ranevents.core.db import db
from ranevents.core.tokens import Link
from ranevents.directory import import_service
from ranevents.directory.import_models import ImportRow
from ranevents.events.models import Capacity
from ranevents.events.states import EventState
from ranevents.invitations.letter_models import LetterKind
from ranevents.invitations.states import InvitationState
from ranevents.mailing import text_service
from ranevents.mailing.models import Delivery
from ranevents.mailing.states import MessageState
from ranevents.overview.balance_rules import Dimension
from ranevents.overview.models import Aim
from ranevents.people import service as people
from ranevents.people.models import Sector, Side
from ranevents.privacy import erasure_service
from ranevents.privacy.models import Purge
from ranevents.privacy.rules import DataKind
from ranevents.privacy.states import ErasureState
from ranevents.questions.models import Question, QuestionKind, Sensitivity
from ranevents.registrations.states import RegistrationState
from tests import builders
from tests.directory import lists

World = SimpleNamespace
"""What a look's page needs: `app` and `patch` (pytest's) are there, `event` and the rest as its state makes them."""

NO_PAGES = {
    "/bootstrap/static/<path:filename>",
    "/demo/guests.xlsx",
    "/demo/mails/<name>/body",
    "/demo/mails/<name>/source",
    "/events/<event>/calendar.ics",
    "/healthz",
    "/organise/events/<event>/files/<int:id>",
    "/i/<token>/data.json",
    "/i/<token>/letter/<int:id>",
    "/organise/events/<event>/letters/<int:id>/letter.pdf",
    "/r/<token>/files/<int:id>",
    "/r/<token>/letters/<int:id>",
    "/r/<token>/calendar.ics",
    "/r/<token>/data.json",
    "/readyz",
    "/robots.txt",
    "/sign-in/organisation",
    "/sign-in/organisation/back",
    "/sign-out/organisation",
    "/static/<path:filename>",
}
"""What a GET gives that nobody reads as a page of ours."""


@dataclass(frozen=True)
class Look:
    """One page in one state.

    `who`: 'anonymous', 'administrator', a role ('owner') at `world.event`, 'myself' for `world.user`, or 'half way' for the
    same after the password only. `path` may name what `world` holds, as
    in '/events/{event.slug}'. `state` fills the world first; `act` does something on the page (sends it empty, say),
    which the server answers with `acted`.
    """

    name: str
    who: str
    path: str
    state: Callable[[World], None] = field(default=lambda _world: None)
    act: Callable[[Page], None] | None = None
    status: int = 200
    acted: int = 422

    @property
    def shape(self) -> str:
        """The path with its arguments blanked out, to be compared with a route's rule."""
        return re.sub(r"{[^}]+}", "<>", self.path.partition("?")[0])


def event(world: World) -> None:
    """One published event that is open for registration."""
    world.event = world.event or builders.an_event()


def event_in(state: EventState, **given: str) -> Callable[[World], None]:
    """An event that stands in that state."""

    def fill(world: World) -> None:
        world.event = world.event or builders.an_event(state=state, **given)

    return fill


draft = event_in(EventState.DRAFT, venue="", description="")
cancelled = event_in(EventState.CANCELLED, cancellation_reason="A storm.")
finished = event_in(EventState.FINISHED)
archived = event_in(EventState.ARCHIVED)


def closed(world: World) -> None:
    """An event whose registration has closed."""
    world.event = builders.an_event(registration_closes_at=clock.now() - timedelta(days=1))


def full(world: World) -> None:
    """An event without a free place."""
    world.event = builders.an_event(capacity=1)
    builders.a_registration(world.event)


def registered(state: RegistrationState) -> Callable[[World], None]:
    """One registration in that state, with a mail about it."""

    def fill(world: World) -> None:
        event(world)
        world.registration = builders.a_registration(world.event, state=state, diet="Vegan")
        world.message = builders.a_message(world.event, world.registration.person)
        world.token = world.registration.link.sign()

    return fill


def named(world: World) -> None:
    """Somebody whom their delegation has named, and asked to fill in the form."""
    event(world)
    given = {"state": RegistrationState.OFFERED, "rank": None, "awaits_person": True}
    world.registration = builders.a_registration(world.event, **given)
    world.token = world.registration.link.sign()


pending, confirmed, waitlisted, offered, rejected, lapsed, cancelled_registration = (
    registered(state)
    for state in (
        RegistrationState.PENDING,
        RegistrationState.CONFIRMED,
        RegistrationState.WAITLISTED,
        RegistrationState.OFFERED,
        RegistrationState.REJECTED,
        RegistrationState.LAPSED,
        RegistrationState.CANCELLED,
    )
)


def invited(**given: Any) -> Callable[[World], None]:
    """Somebody who is asked to come, and may propose a substitute."""

    def fill(world: World) -> None:
        event(world)
        note = "It was good to meet you in Vienna.\n\nWe count on your experience."
        told = {"allows_substitute": True, "note": note, "capacity": Capacity.SPEAKER, **given}
        world.invitation = builders.an_invitation(world.event, **told)
        world.token = world.invitation.link.sign()

    return fill


asked_to_come = invited()


def substitute_proposed(world: World) -> None:
    """Who is asked has proposed somebody."""
    asked_to_come(world)
    builders.a_substitute(world.invitation)
    builders.a_message(world.event, world.invitation.person)


def accepted(state: RegistrationState) -> Callable[[World], None]:
    """Who was asked has accepted, and that is what came of it."""

    def fill(world: World) -> None:
        registered(state)(world)
        invited(person=world.registration.person, state=InvitationState.ACCEPTED, registration=world.registration)(
            world
        )

    return fill


def corrected_link(world: World) -> None:
    """A link of an invitation that a newer one has replaced."""
    asked_to_come(world)
    world.invitation.link_version = 2


def well_attended(world: World) -> None:
    """Registrations from several countries, sectors and weeks."""
    event(world)
    for number in range(30):
        person = builders.a_person(
            country=("BG", "XK", "FR", "GB")[number % 4], sector=list(Sector)[number % 5], side=list(Side)[number % 2]
        )
        at = clock.now() - timedelta(days=number * number % 23)
        builders.a_registration(world.event, person, state=RegistrationState.PENDING, registered_at=at)


def a_text(world: World) -> None:
    """The confirmation of an event, which organisers may put into their own words."""
    event(world)
    world.text_of = "registrations.confirmation"


def own_text(world: World) -> None:
    """A confirmation in the organiser's own words."""
    confirmed(world)
    a_text(world)
    words = {"subject": "Welcome to {event}", "text": "**Welcome**, {name}!\n\n- one\n- two"}
    text_service.save(world.event, "registrations/confirmation", "en", **words, seen=0, by=SYSTEM)


def balanced(world: World) -> None:
    """The same, held against aims."""
    well_attended(world)
    db.session.add(Aim(event_id=world.event.id, of=Dimension.SIDE, kind="policy", least=60))
    db.session.add(Aim(event_id=world.event.id, of=Dimension.SECTOR, kind="health", least=10))


def asked(world: World) -> None:
    """An event that asks questions of every kind, some after others."""
    event(world)
    stay = builders.a_section(
        world.event, titles={"en": "Your stay"}, introductions={"en": "So that the host can book what you need."}
    )

    def ask(kind: QuestionKind, label: str, **more: Any) -> Question:
        return builders.a_question(world.event, kind, section=stay, labels={"en": label}, **more)

    hotel = ask(QuestionKind.YES_NO, "Do you need a hotel?", is_required=True)
    nights = {"lowest": "1", "highest": "4", "purposes": {"en": "the host books the rooms"}}
    ask(QuestionKind.NUMBER, "How many nights?", is_required=True, only_if=(hotel, ["yes"]), **nights)
    ask(QuestionKind.DATE, "When do you arrive?", lowest="2018-04-02", highest="2018-04-04")
    ask(QuestionKind.ONE_OF, "Which workshop?", options=["Schools", "Prisons", "Families"])
    ask(QuestionKind.SEVERAL_OF, "Which languages do you speak?", options=["English", "French", "German", "Bulgarian"])
    ask(QuestionKind.ONE_OF, "Which room?", options=[f"Room {number}" for number in range(1, 13)])
    ask(QuestionKind.COUNTRY, "From which country do you travel?")
    ask(QuestionKind.SHORT_TEXT, "Flight number", hints={"en": "As on your ticket, such as BA 123."})
    medicines = {"sensitivity": Sensitivity.SPECIAL, "kept_days": 30}
    ask(QuestionKind.LONG_TEXT, "Is there anything that we should know about your health?", **medicines)
    world.passport = ask(QuestionKind.FILE, "Copy of your passport", is_required=True)


def answered(world: World) -> None:
    """Somebody who has answered: in words of several lines, with a file, and something special."""
    asked(world)
    confirmed(world)
    *others, health, _passport = db.session.scalars(select(Question).order_by(Question.id))
    for question, value in zip(
        others, [True, "2", "2018-04-03", "prisons", ["english", "german"], "room 7", "XK"], strict=False
    ):
        builders.an_answer(world.registration, question, value)
    builders.an_answer(world.registration, health, "Insulin.\nAt noon, please.", secret=True)
    builders.an_upload(world.passport, world.registration, name="Паспорт на Мария Петрова.pdf", size=123_456)


def much_held(world: World) -> None:
    """Somebody of whom a lot is held: answers, special ones too, a file, a consent, a wish that was declined."""
    confirmed(world)
    registration = world.registration
    registration.is_on_shared_list = registration.allows_photographs = True
    labels = {"en": "Is there a medicine that must be kept cool during the days of the event?"}
    question = builders.a_question(world.event, labels=labels, sensitivity=Sensitivity.SPECIAL)
    builders.an_answer(registration, question, "Insulin", secret=True)
    builders.an_upload(
        builders.a_question(world.event, QuestionKind.FILE),
        registration,
        name="a-very-long-name-of-a-letter-" * 3 + ".pdf",
    )
    declined = {"state": ErasureState.DECLINED, "answer": "The auditors need it until June."}
    builders.an_erasure(registration, **declined)


def wishing(world: World) -> None:
    """Two who wish to be forgotten, one for long; and what the purge has done."""
    confirmed(world)
    world.erasure = builders.an_erasure(world.registration)
    other = builders.a_registration(world.event, builders.a_person(latin_family_name="Papadopoulos"))
    builders.an_erasure(other, answer_by=clock.now().date() - timedelta(days=1))
    builders.an_erasure(builders.a_registration(world.event), state=ErasureState.WITHDRAWN)
    db.session.add(Purge(run="1", at=clock.now(), event_id=world.event.id, kind=DataKind.SPECIAL, count=12))


def erased(world: World) -> None:
    """Somebody who was erased, and a mail of theirs."""
    confirmed(world)
    erasure_service.erase(world.registration, by=SYSTEM)


def composed(world: World) -> None:
    """A form of every kind of question, one of them depending on another, one no longer asked."""
    event(world)
    world.section = builders.a_section(world.event, titles={"en": "Your stay"}, introductions={"en": "Tell us."})
    offers = {QuestionKind.ONE_OF: ["Meat", "Fish"], QuestionKind.SEVERAL_OF: ["Policing", "Prevention", "Schools"]}
    asked = {
        kind: builders.a_question(
            world.event, kind, section=world.section, labels={"en": kind.label}, options=offers.get(kind, [])
        )
        for kind in QuestionKind
    }
    world.question = builders.a_question(
        world.event,
        QuestionKind.ONE_OF,
        labels={"bg": "Кое блюдо предпочитате?"},
        options=["Meat", "Fish"],
        only_if=(asked[QuestionKind.YES_NO], ["yes"]),
        is_required=True,
        capacities=["speaker"],
        sensitivity=Sensitivity.SPECIAL,
        purposes={"en": "For the kitchen."},
        kept_days=20,
    )
    builders.a_question(world.event, labels={"en": "What we asked last year"}, is_asked=False)


def other_form(world: World) -> None:
    """An event without a form, and another one with it."""
    composed(world)
    world.source = world.event
    world.event = builders.an_event()


def mailed_organiser(world: World) -> None:
    """An organiser whose invitation could not be delivered."""
    world.event = world.event or builders.an_event()
    user = builders.a_user(password_hash=None)
    person = builders.a_person(email=user.email)
    of_organiser = {"event_id": None, "person_id": None, "user_id": user.id, "mail": "accounts/invitation"}
    world.message = builders.a_message(world.event, person, state=MessageState.FAILED, **of_organiser)


def failed_mail(world: World) -> None:
    """A mail that could not be delivered, with a long answer of the relay."""
    confirmed(world)
    person = builders.a_person(email=f"{'long' * 15}@{'subdomain.' * 5}example.org")
    error = "550 5.1.1 <" + person.email + ">: Recipient address rejected: User unknown in virtual mailbox table"
    world.message = builders.a_message(world.event, person, state=MessageState.FAILED, attempts=3, last_error=error)


def returned_mail(world: World) -> None:
    """A mail that was delayed on its way, and then came back."""
    failed_mail(world)
    person = builders.a_person(email="maria.petrova@example.org")
    error = "550 5.1.1 <…>: Recipient address rejected: User unknown in virtual mailbox table"
    world.message = builders.a_message(world.event, person, state=MessageState.BOUNCED, attempts=1, last_error=error)
    for outcome, code, status, answer in (
        (MessageState.SENT, 250, None, "2.0.0 Ok: queued as 4XyZ1j6rT1z8"),
        (MessageState.SENT, None, "4.4.1", "connect to mx1.ministry.example[192.0.2.25]:25: Connection timed out"),
        (MessageState.BOUNCED, None, "5.1.1", error),
    ):
        told = {"outcome": outcome, "code": code, "report_status": status, "answer": answer}
        db.session.add(Delivery(message_id=world.message.id, at=clock.now(), **told))


def account_link(purpose: str) -> Callable[[World], None]:
    """Somebody's link to a page on which to set a password."""

    def fill(world: World) -> None:
        user = builders.a_user()
        world.token = Link(purpose, str(user.id), user.session_version).sign_for_a_while()

    return fill


def post_box(world: World) -> None:
    """One mail in the demo's post box."""
    mail = EmailMessage()
    mail["To"], mail["Subject"] = "Мария Петрова <maria@example.org>", "You have a place: Partnerships in prevention"
    mail["From"], mail["Date"] = "ranevents@localhost", "Thu, 01 Mar 2018 09:00:00 +0000"
    mail.set_content("Good day, you have a place.")
    mail.add_alternative("<!doctype html><html><head></head><body><p>Good day.</p></body></html>", subtype="html")
    folder = world.app.config["SETTINGS"].instance / "demo-mails"
    folder.mkdir(exist_ok=True)
    world.mail = "20180301T090000000000-ABCDEF"
    (folder / f"{world.mail}.eml").write_bytes(mail.as_bytes())


def protected(world: World) -> None:
    """Somebody with a password, an authenticator app and two passkeys."""
    world.user = builders.a_user(name="Елена Димитрова", password_hash="set")
    builders.an_app(world.user)
    world.passkey = builders.a_passkey(world.user, name="The blue key on my key ring", last_used_at=clock.now())
    builders.a_passkey(world.user, name="Phone")


def by_passkey_only(world: World) -> None:
    """Somebody whose only second factor is a passkey, at a site with a name."""
    world.patch.setitem(world.app.config, "BASE_URL", "http://localhost")
    world.user = builders.a_user(password_hash="set")
    world.passkey = builders.a_passkey(world.user)


def at_a_named_site(world: World) -> None:
    """Passkeys are possible."""
    world.patch.setitem(world.app.config, "BASE_URL", "http://localhost")


def must_be_protected(world: World) -> None:
    """An administrator who must have a second factor and has none."""
    world.patch.setitem(world.app.config, "SECOND_FACTOR_FOR", SecondFactorFor.ADMINISTRATORS)
    world.user = builders.a_user(is_administrator=True)


def first_code(page: Page) -> None:
    """Enter what the app shows after it was given the key."""
    key = page.locator("dl.facts code").inner_text().replace(" ", "")
    send("Set up", code=pyotp.TOTP(key).at(clock.now()))(page)


def colleagues(world: World) -> None:
    """More people who organise: one invited, one shut out."""
    builders.an_app(builders.a_user(name="Елена Димитрова", password_hash="set"))
    builders.a_user(name="Θεόδωρος Παπαδόπουλος", is_active=False)


def guests(world: World) -> None:
    """A guest list on which people stand in every way, one of them with a long name, one whose mail came back."""
    event(world)
    world.guest = builders.a_guest(world.event)
    builders.a_guest(world.event, builders.a_person(address_failed_at=clock.now(), country="XK", side=Side.POLICY))
    world.draft = builders.an_invitation(world.event, state=InvitationState.DRAFT, send_at=clock.now())
    note = {"note": "We met in Sofia.\nPlease come.", "allows_substitute": True}
    world.invitation = builders.an_invitation(world.event, state=InvitationState.SENT, **note)
    builders.a_message(world.event, world.invitation.person)
    world.bounced = builders.an_invitation(world.event, bounced_at=clock.now())
    world.declined = builders.an_invitation(world.event, state=InvitationState.DECLINED, reason="I am on leave.")
    builders.an_invitation(world.event, state=InvitationState.EXPIRED)
    builders.an_invitation(world.event, state=InvitationState.REVOKED)
    builders.a_substitute(world.invitation)
    builders.a_reminder_rule(world.event)
    builders.a_guest(world.event, builders.a_person(email="office@example.org", latin_family_name="Office"))
    long = "Konstantinos-Alexandros Papadimitrakopoulos-Oikonomopoulos"
    builders.a_guest(world.event, builders.a_person(latin_family_name=long, email=f"{'long' * 15}@example.org"))


def other_guests(world: World) -> None:
    """An event, and an earlier one with guests."""
    event(world)
    builders.a_guest(builders.an_event(title="Earlier"))


def erased_guest(world: World) -> None:
    """Somebody who was invited and erased since."""
    guests(world)
    person = world.declined.person
    people.erase(person)
    world.declined.erased_at, world.declined.reason = clock.now(), ""


def circular_sent(world: World) -> None:
    """A mail that was written to many."""
    pending(world)
    builders.a_circular(world.event)


def known(world: World) -> None:
    """Somebody who is registered, invited elsewhere, and on the guest list; mails to them come back."""
    confirmed(world)
    world.person = world.registration.person
    world.person.address_failed_at = clock.now()
    builders.a_guest(world.event, world.person)
    elsewhere = builders.an_event(title="A second event")
    builders.an_invitation(elsewhere, world.person)
    builders.a_guest(
        world.event,
        builders.a_person(family_name="Желев", latin_family_name="Zhelev", organisation="Ministry of Interior"),
    )


def known_twice(world: World) -> None:
    """Two entries of one person, and an organisation that is spelled in two ways."""
    known(world)
    world.twin = builders.a_person(email=world.person.email, organisation="MUNICIPALITY OF PLOVDIV", position="")
    world.twin.latin_family_name = "Petroff"
    world.twin.index_name()
    builders.a_guest(world.event, world.twin)
    builders.a_message(world.event, world.twin)


def bound_twice(world: World) -> None:
    """The same, both registered at one event, and both invited to another."""
    known_twice(world)
    builders.a_registration(world.event, world.twin)
    invited_twice = builders.an_event(title="A third event")
    for person in (world.person, world.twin):
        builders.an_invitation(invited_twice, person)
    asked_twice = builders.an_event(title="A fourth event")
    for person in (world.person, world.twin):
        builders.an_invitation(asked_twice, person, state=InvitationState.DECLINED)


def lettered(world: World) -> None:
    """A letter that was sent, one that is withdrawn, one whose person is erased and whose PDF is gone."""
    confirmed(world)
    world.letter = builders.a_letter(world.event, world.registration.person, kind=LetterKind.VISA)
    world.withdrawn = builders.a_letter(
        world.event, builders.a_person(), sent_at=clock.now(), withdrawn_at=clock.now(), reference="ABCDEFGHJKLM"
    )
    erased = builders.a_person(erased_at=clock.now())
    gone = {"content": None, "forgotten_at": clock.now(), "signatory": ""}
    world.gone = builders.a_letter(world.event, erased, reference="MNPQRSTVWXYZ", **gone)


def open_details(page: Page) -> None:
    """Open what is folded away."""
    for summary in page.locator("summary").all():
        summary.click()


def failing(error: Exception) -> Callable[[World], None]:
    """The calendar fails with that error."""

    def fail() -> NoReturn:
        raise error

    return lambda world: world.patch.setitem(world.app.view_functions, "events.calendar_page", fail)


def narrow_limit(world: World) -> None:
    """One attempt to sign in is enough."""
    world.patch.setitem(world.app.config, "LIMIT_SIGN_IN", "1 per minute")


def team_by_claims(world: World) -> None:
    """A team whose desk the organisation's provider has named."""
    event(world)
    user = builders.a_user()
    db.session.add(Membership(user_id=user.id, event_id=world.event.id, role=Role.DESK, is_by_claim=True))


def single_sign_on(**given: object) -> Callable[[World], None]:
    """A site whose organisation has a provider, though nobody listens there."""

    def fill(world: World) -> None:
        for name, value in {"oidc_issuer": "https://127.0.0.1:9", "oidc_name": "Example ministry", **given}.items():
            world.patch.setattr(world.app.config["SETTINGS"], name, value)

    return fill


def press(name: str, *, times: int = 1) -> Callable[[Page], None]:
    """Press the button of that name, past the browser's own checks."""

    def act(page: Page) -> None:
        for _time in range(times):
            page.evaluate("document.querySelectorAll('form').forEach((form) => form.noValidate = true)")
            with page.expect_navigation():
                page.get_by_role("button", name=name, exact=True).last.click()

    return act


def unfold_and_press(page: Page) -> None:
    """Open the folded form of those who may use a password, and send it empty."""
    page.get_by_text("Administrators: sign in with a password").click()
    press("Sign in")(page)


def send(button: str, /, **entered: str) -> Callable[[Page], None]:
    """Enter something into the fields of these names, past the browser's own checks, and press the button."""

    def act(page: Page) -> None:
        for field_name, value in entered.items():
            page.evaluate(
                "([name, value]) => document.getElementsByName(name).forEach((one) => one.value = value)",
                [field_name, value],
            )
        press(button)(page)

    return act


def wrong_answers(page: Page) -> None:
    """Answer so that much is wrong, with a file that is kept."""
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("How many nights?").fill("many")
    page.get_by_label("When do you arrive?").fill("2018-05-01")
    page.get_by_label("Copy of your passport").set_input_files(
        {"name": "passport.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\nstartxref\n0\n%%EOF\n"}
    )
    press("Send registration")(page)


def list_brought(world: World) -> None:
    """A list with a row that is wrong, one that stands in it twice, and one of somebody who is known."""
    event(world)
    world.user = builders.a_user(Role.EDITOR, world.event)
    names = {"given_name": "Jean", "family_name": "Dupont", "latin_given_name": "Jean", "latin_family_name": "Dupont"}
    builders.a_registration(world.event, builders.a_person(country="FR", **names))
    world.list = lists.a_list(world.event, world.user, lists.MARIA, lists.WRONG, lists.MARIA, lists.JEAN)
    world.list.surprises = {"above": 1, "hidden_rows": 2, "merged": 3, "formulas_without_value": 1, "cut": 1}
    world.list.charset = "cp1252"
    world.row = db.session.scalars(select(ImportRow).where(ImportRow.is_good.is_(False))).one()


def list_confirmed(world: World) -> None:
    """A list that was imported."""
    list_brought(world)
    import_service.confirm(world.list, by=SYSTEM)


def sheets_brought(world: World) -> None:
    """A workbook of which a sheet has to be chosen."""
    event(world)
    world.user = builders.a_user(Role.EDITOR, world.event)
    book = Workbook()
    book.active.append(lists.HEADINGS)
    book.create_sheet("Guests of the ministry")
    content = lists.saved(book)
    world.list = import_service.bring(world.event, content, name="guests.xlsx", user_id=world.user.id)


IMPORT = "/organise/events/{event.slug}/guests/import"
TOO_LONG = "x" * 5000
FORM = "/organise/events/{event.slug}/questions"
GUESTS = "/organise/events/{event.slug}/guests"
INVITATIONS = "/organise/events/{event.slug}/invitations"

PAGES = [
    Look("a page that is not there", "anonymous", "/nowhere", status=404),
    Look("the calendar, empty", "anonymous", "/"),
    Look("the calendar, full", "anonymous", "/", state=event),
    Look("the event page", "anonymous", "/events/{event.slug}", state=event),
    Look("the event page of a cancelled event", "anonymous", "/events/{event.slug}", state=cancelled),
    Look("the event page of a draft", "reader", "/events/{event.slug}", state=draft),
    Look("an organiser's events", "owner", "/organise", state=event),
    Look("an organiser's events, none", "administrator", "/organise"),
    Look("a new event", "owner", "/organise/events/new", state=event),
    Look("a new event, with errors", "owner", "/organise/events/new", state=event, act=press("Save the draft")),
    Look("a new event without a series", "administrator", "/organise/events/new"),
    Look("an event's home", "owner", "/organise/events/{event.slug}", state=event),
    Look("an event's home, draft", "owner", "/organise/events/{event.slug}", state=draft),
    Look("an event's home, cancelled", "owner", "/organise/events/{event.slug}", state=cancelled),
    Look("editing an event", "editor", "/organise/events/{event.slug}/edit", state=event),
    Look("cancelling an event", "owner", "/organise/events/{event.slug}/cancel", state=event),
    Look("cancelling an event, with errors", "owner", "/organise/events/{event.slug}/cancel", state=event, act=press("Cancel this event")),
    Look("cancelling a cancelled event", "owner", "/organise/events/{event.slug}/cancel", state=cancelled),
    Look("series, none", "administrator", "/organise/series"),
    Look("series", "administrator", "/organise/series", state=event),
    Look("a new series", "administrator", "/organise/series/new"),
    Look("a new series, with errors", "administrator", "/organise/series/new", act=press("Save")),
    Look("the registration form", "anonymous", "/events/{event.slug}/register", state=event),
    Look("the registration form, with errors", "anonymous", "/events/{event.slug}/register", state=event, act=press("Send registration")),
    Look("registered", "anonymous", "/events/{event.slug}/registered", state=event),
    Look("asking for a link", "anonymous", "/events/{event.slug}/link", state=event),
    Look("my registration, confirmed", "anonymous", "/r/{token}", state=confirmed),
    Look("my registration, waiting", "anonymous", "/r/{token}", state=waitlisted),
    Look("my registration, offered", "anonymous", "/r/{token}", state=offered),
    Look("my registration, named by others", "anonymous", "/r/{token}", state=named),
    Look("filling in the form, named by others", "anonymous", "/r/{token}/change", state=named),
    Look("filling in the form, with errors", "anonymous", "/r/{token}/change", state=named, act=send("Send", given_name="", email="x")),
    Look("my registration, pending", "anonymous", "/r/{token}", state=pending),
    Look("my registration, cancelled", "anonymous", "/r/{token}", state=cancelled_registration),
    Look("changing my registration", "anonymous", "/r/{token}/change", state=confirmed),
    Look("cancelling my registration", "anonymous", "/r/{token}/cancel", state=confirmed),
    Look("what is held about me", "anonymous", "/r/{token}/data", state=confirmed),
    Look("what is held about me, a lot", "anonymous", "/r/{token}/data", state=much_held),
    Look("what is held about me, with a request", "anonymous", "/r/{token}/data", state=wishing),
    Look("asking to be erased", "anonymous", "/r/{token}/data/erasure", state=confirmed),
    Look("asking to be erased, with errors", "anonymous", "/r/{token}/data/erasure", state=confirmed, act=send("Ask to be erased", reason=TOO_LONG)),
    Look("an invitation", "anonymous", "/i/{token}", state=asked_to_come),
    Look("an invitation, somebody proposed", "anonymous", "/i/{token}", state=substitute_proposed),
    Look("an invitation, accepted", "anonymous", "/i/{token}", state=accepted(RegistrationState.CONFIRMED)),
    Look("an invitation, accepted and waiting", "anonymous", "/i/{token}", state=accepted(RegistrationState.WAITLISTED)),
    Look("an invitation, accepted and cancelled", "anonymous", "/i/{token}", state=accepted(RegistrationState.CANCELLED)),
    Look("an invitation, declined", "anonymous", "/i/{token}", state=invited(state=InvitationState.DECLINED)),
    Look("an invitation, withdrawn", "anonymous", "/i/{token}", state=invited(state=InvitationState.REVOKED)),
    Look("an invitation, too late", "anonymous", "/i/{token}", state=invited(state=InvitationState.EXPIRED)),
    Look("an invitation, replaced", "anonymous", "/i/{token}", state=corrected_link, status=404),
    Look("an invitation, guessed", "anonymous", "/i/guessed", status=404),
    Look("accepting an invitation", "anonymous", "/i/{token}/register", state=asked_to_come),
    Look("accepting an invitation, with errors", "anonymous", "/i/{token}/register", state=asked_to_come, act=send("Accept and register", given_name="Ivan", latin_given_name="Ivan", family_name="Kolev", latin_family_name="Kolev")),
    Look("declining an invitation", "anonymous", "/i/{token}/decline", state=asked_to_come),
    Look("declining an invitation, with errors", "anonymous", "/i/{token}/decline", state=asked_to_come, act=send("Yes, decline", reason=TOO_LONG)),
    Look("proposing a substitute", "anonymous", "/i/{token}/substitute", state=asked_to_come),
    Look("proposing a substitute, with errors", "anonymous", "/i/{token}/substitute", state=asked_to_come, act=send("Propose", email="x")),
    Look("what is held about a guest", "anonymous", "/i/{token}/data", state=substitute_proposed),
    Look("what is held about a guest who is registered", "anonymous", "/i/{token}/data", state=accepted(RegistrationState.CONFIRMED)),
    Look("being taken off", "anonymous", "/i/{token}/data/erasure", state=asked_to_come),
    Look("being taken off, with errors", "anonymous", "/i/{token}/data/erasure", state=asked_to_come, act=send("Yes, take me off", csrf_token="stale")),
    Look("an event's privacy", "owner", "/organise/events/{event.slug}/privacy", state=event),
    Look("an event's privacy, with requests", "owner", "/organise/events/{event.slug}/privacy", state=wishing),
    Look("an event's privacy, for a reader", "reader", "/organise/events/{event.slug}/privacy", state=wishing),
    Look("how long what is kept", "owner", "/organise/events/{event.slug}/privacy/schedule", state=confirmed),
    Look("how long what is kept, with errors", "owner", "/organise/events/{event.slug}/privacy/schedule", state=confirmed, act=send("Save", special_kept_days="x", mails_kept_days="9999")),
    Look("how long what is kept, sooner", "owner", "/organise/events/{event.slug}/privacy/schedule", state=confirmed, act=send("Save", particulars_kept_days="10"), acted=200),
    Look("declining to erase", "editor", "/organise/events/{event.slug}/privacy/requests/{erasure.id}/decline", state=wishing),
    Look("declining to erase, with errors", "editor", "/organise/events/{event.slug}/privacy/requests/{erasure.id}/decline", state=wishing, act=press("Decline the request")),
    Look("erasing somebody", "editor", "/organise/events/{event.slug}/registrations/{registration.id}/erase", state=confirmed),
    Look("erasing somebody, with errors", "editor", "/organise/events/{event.slug}/registrations/{registration.id}/erase", state=confirmed, act=send("Erase for good", csrf_token="stale")),
    Look("one registration, erased", "owner", "/organise/events/{event.slug}/registrations/{registration.id}", state=erased),
    Look("registrations, one erased", "owner", "/organise/events/{event.slug}/registrations", state=erased),
    Look("the mail log, with erased mails", "owner", "/organise/events/{event.slug}/mails", state=erased),
    Look("one mail, erased", "owner", "/organise/events/{event.slug}/mails/{message.id}", state=erased),
    Look("letters, none", "reader", "/organise/events/{event.slug}/letters", state=event),
    Look("letters", "reader", "/organise/events/{event.slug}/letters", state=lettered),
    Look("a letter, not sent yet", "editor", "/organise/events/{event.slug}/letters/{letter.id}", state=lettered),
    Look("a letter, withdrawn", "editor", "/organise/events/{event.slug}/letters/{withdrawn.id}", state=lettered),
    Look("a letter, its PDF gone", "editor", "/organise/events/{event.slug}/letters/{gone.id}", state=lettered),
    Look("issuing a letter", "editor", "/organise/events/{event.slug}/letters/to/{registration.person.id}", state=confirmed),
    Look("issuing a letter, with errors", "editor", "/organise/events/{event.slug}/letters/to/{registration.person.id}", state=confirmed, act=send("Make the letter", signatory="", last_on="2018-01-01", passport="AB 123456")),
    Look("checking a letter", "anonymous", "/letters"),
    Look("checking a letter, without its reference", "anonymous", "/letters", act=press("Check")),
    Look("checking a letter, one of ours", "anonymous", "/letters?reference={letter.reference}", state=lettered, act=press("Check"), acted=200),
    Look("checking a letter, withdrawn", "anonymous", "/letters?reference=ABCD-EFGH-JKLM", state=lettered, act=press("Check"), acted=200),
    Look("checking a letter, unknown", "anonymous", "/letters?reference=nothing", act=press("Check"), acted=200),
    Look("people, none", "reader", "/organise/people", state=event),
    Look("people", "reader", "/organise/people", state=known),
    Look("people, filtered", "administrator", "/organise/people?event={event.slug}&country=BG&failed=yes&sort=-country", state=known),
    Look("people, with the filters open", "reader", "/organise/people", state=known, act=open_details, acted=200),
    Look("people, a filter not understood", "reader", "/organise/people?country=ZZ&search=nobody", state=known),
    Look("one person", "administrator", "/organise/people/{person.id}", state=known),
    Look("one person, for a reader", "reader", "/organise/people/{person.id}", state=known),
    Look("correcting a person", "editor", "/organise/people/{person.id}/change", state=known),
    Look("correcting a person, with errors", "editor", "/organise/people/{person.id}/change", state=known, act=send("Save", email="nobody", family_name="")),
    Look("likely duplicates", "editor", "/organise/people/duplicates", state=known_twice),
    Look("likely duplicates, none", "reader", "/organise/people/duplicates", state=known_twice),
    Look("choosing whom to merge with", "editor", "/organise/people/{person.id}/merge", state=known_twice),
    Look("choosing whom to merge with, nobody found", "editor", "/organise/people/{person.id}/merge?search=nobody", state=known_twice),
    Look("merging", "editor", "/organise/people/{person.id}/merge/{twin.id}", state=known_twice),
    Look("merging, with errors", "editor", "/organise/people/{person.id}/merge/{twin.id}", state=known_twice, act=send("Merge for good (can't be undone)", seen="stale")),
    Look("merging, impossible", "administrator", "/organise/people/{person.id}/merge/{twin.id}", state=bound_twice),
    Look("organisations", "editor", "/organise/people/organisations", state=known_twice),
    Look("organisations, none", "reader", "/organise/people/organisations?search=nothing", state=known_twice),
    Look("one organisation", "editor", "/organise/people/organisations/{person.id}", state=known_twice),
    Look("one organisation, for a reader", "reader", "/organise/people/organisations/{person.id}", state=known_twice),
    Look("one organisation, with errors", "editor", "/organise/people/organisations/{person.id}", state=known_twice, act=send("Look whom it touches", name="")),
    Look("one organisation, whom a spelling touches", "editor", "/organise/people/organisations/{person.id}", state=known_twice, act=send("Look whom it touches", name="City of Plovdiv"), acted=200),
    Look("registrations, none", "reader", "/organise/events/{event.slug}/registrations", state=event),
    Look("registrations", "owner", "/organise/events/{event.slug}/registrations", state=pending),
    Look("registrations, filtered", "editor", "/organise/events/{event.slug}/registrations?state=pending&group=eu&sort=-country", state=pending),
    Look("registrations, with the filters open", "editor", "/organise/events/{event.slug}/registrations", state=pending, act=open_details, acted=200),
    Look("registrations, a filter not understood", "editor", "/organise/events/{event.slug}/registrations?from=2027-99-99&country=BG", state=pending),
    Look("exporting the list", "editor", "/organise/events/{event.slug}/registrations/export?state=pending&search=petrova", state=pending),
    Look("exporting the list, for a reader", "reader", "/organise/events/{event.slug}/registrations/export", state=pending),
    Look("exporting the list, with errors", "editor", "/organise/events/{event.slug}/registrations/export", state=pending, act=send("Export", csrf_token="stale")),
    Look("approving several", "editor", "/organise/events/{event.slug}/together/approve?which=all", state=pending),
    Look("approving several, none of whom can be", "editor", "/organise/events/{event.slug}/together/approve?which=all", state=confirmed),
    Look("approving several, with errors", "editor", "/organise/events/{event.slug}/together/approve?which=all", state=pending, act=send("Approve them", csrf_token="stale")),
    Look("approving several, done", "editor", "/organise/events/{event.slug}/together/approve?which=all", state=pending, act=press("Approve them"), acted=200),
    Look("rejecting several", "editor", "/organise/events/{event.slug}/together/reject?which=all", state=pending),
    Look("rejecting several, with errors", "editor", "/organise/events/{event.slug}/together/reject?which=all", state=pending, act=send("Reject them", reason=TOO_LONG)),
    Look("writing to several", "editor", "/organise/events/{event.slug}/together/mail?which=all", state=pending),
    Look("writing to several, with errors", "editor", "/organise/events/{event.slug}/together/mail?which=all", state=pending, act=press("Look at it")),
    Look("writing to several, before it goes", "editor", "/organise/events/{event.slug}/together/mail?which=all", state=pending, act=send("Look at it", subject="The programme", text="It is here:\n\nhttps://example.org/programme"), acted=200),
    Look("mails to many, none", "editor", "/organise/events/{event.slug}/together/mails", state=pending),
    Look("mails to many", "editor", "/organise/events/{event.slug}/together/mails", state=circular_sent),
    Look("the trail, filtered", "owner", "/organise/events/{event.slug}/trail?kind=registrations&actor=system&from=2018-01-01", state=pending),
    Look("one registration", "owner", "/organise/events/{event.slug}/registrations/{registration.id}", state=pending),
    Look("one registration, for a reader", "reader", "/organise/events/{event.slug}/registrations/{registration.id}", state=offered),
    Look("correcting for somebody", "editor", "/organise/events/{event.slug}/registrations/{registration.id}/change", state=pending),
    Look("correcting for somebody, with errors", "editor", "/organise/events/{event.slug}/registrations/{registration.id}/change", state=pending, act=send("Save", email="nobody", family_name="")),
    Look("correcting for somebody, with questions", "editor", "/organise/events/{event.slug}/registrations/{registration.id}/change", state=answered),
    Look("rejecting", "editor", "/organise/events/{event.slug}/registrations/{registration.id}/reject", state=pending),
    Look("cancelling for somebody", "editor", "/organise/events/{event.slug}/registrations/{registration.id}/cancel", state=confirmed),
    Look("the mail log, empty", "reader", "/organise/events/{event.slug}/mails", state=event),
    Look("the mail log", "editor", "/organise/events/{event.slug}/mails", state=confirmed),
    Look("one mail", "editor", "/organise/events/{event.slug}/mails/{message.id}", state=confirmed),
    Look("the team, some by single sign-on", "owner", "/organise/events/{event.slug}/team", state=team_by_claims),
    Look("the team", "owner", "/organise/events/{event.slug}/team", state=event),
    Look("the trail", "owner", "/organise/events/{event.slug}/trail", state=event),
    Look("my account", "administrator", "/account"),
    Look("a new password", "administrator", "/account/password"),
    Look("organisers", "administrator", "/organise/organisers"),
    Look("the form, empty", "editor", FORM, state=event),
    Look("the form", "editor", FORM, state=composed),
    Look("the form, for a reader", "reader", FORM, state=composed),
    Look("a new section", "editor", f"{FORM}/sections/new", state=event),
    Look("a new section, with errors", "editor", f"{FORM}/sections/new", state=event, act=press("Save")),
    Look("a section", "editor", f"{FORM}/sections/{{section.id}}", state=composed),
    Look("a section, with errors", "editor", f"{FORM}/sections/{{section.id}}", state=composed, act=send("Save", title_en="")),
    Look("a new question", "editor", f"{FORM}/sections/{{section.id}}/new", state=composed),
    Look("a new question, with errors", "editor", f"{FORM}/sections/{{section.id}}/new", state=composed, act=send("Save", kind="one_of", kept_days="x")),
    Look("a question", "editor", f"{FORM}/{{question.id}}", state=composed),
    Look("a question, with errors", "editor", f"{FORM}/{{question.id}}", state=composed, act=send("Save", option_0_en="Fish", label_bg="", kept_days="99")),
    Look("taking a question out", "editor", f"{FORM}/{{question.id}}/take-out", state=composed),
    Look("taking a question out, with errors", "editor", f"{FORM}/{{question.id}}/take-out", state=composed, act=send("Yes, take it out", csrf_token="stale")),
    Look("the preview, nothing asked", "reader", f"{FORM}/preview", state=event),
    Look("the preview", "reader", f"{FORM}/preview?capacity=speaker", state=composed),
    Look("the preview, tried", "reader", f"{FORM}/preview", state=composed, act=press("Try it"), acted=200),
    Look("the preview, with errors", "reader", f"{FORM}/preview", state=composed, act=send("Try it", csrf_token="stale")),
    Look("events to copy from, none", "editor", f"{FORM}/copy", state=event),
    Look("events to copy from", "administrator", f"{FORM}/copy", state=other_form),
    Look("copying questions", "administrator", f"{FORM}/copy?source={{source.slug}}", state=other_form),
    Look("copying questions, with errors", "administrator", f"{FORM}/copy?source={{source.slug}}", state=other_form, act=send("Copy", csrf_token="stale")),
    Look("the guest list, nobody yet", "editor", GUESTS, state=event),
    Look("the guest list", "editor", GUESTS, state=guests),
    Look("the guest list, filtered", "reader", f"{GUESTS}?standing=silent&standing=declined&country=BG&search=petrova&origin=nowhere", state=guests),
    Look("a new guest", "editor", f"{GUESTS}/new", state=event),
    Look("a new guest, with errors", "editor", f"{GUESTS}/new", state=event, act=send("Add to the guest list", given_name="", email="x")),
    Look("a new guest, somebody alike", "editor", f"{GUESTS}/new", state=guests, act=send("Add to the guest list", email="office@example.org")),
    Look("guests of earlier events, none", "editor", f"{GUESTS}/earlier", state=event),
    Look("guests of earlier events", "administrator", f"{GUESTS}/earlier", state=other_guests),
    Look("guests of earlier events, with errors", "administrator", f"{GUESTS}/earlier", state=other_guests, act=send("Bring them", source="")),
    Look("exporting the guest list", "reader", f"{GUESTS}/export?standing=silent", state=guests),
    Look("exporting the guest list, with errors", "reader", f"{GUESTS}/export", state=guests, act=send("Export", csrf_token="stale")),
    Look("inviting people", "editor", f"{GUESTS}/ask?which=all", state=guests),
    Look("inviting people, looked at", "editor", f"{GUESTS}/ask?which=all", state=guests, act=press("Look at the mails"), acted=200),
    Look("inviting people, with errors", "editor", f"{GUESTS}/ask?which=all", state=guests, act=send("Look at the mails", answer_by="2016-01-01T10:00", note="x" * 2001)),
    Look("inviting nobody who can be", "editor", f"{GUESTS}/ask?which=all&standing=silent", state=guests),
    Look("reminding people", "editor", f"{GUESTS}/remind?which=all", state=guests),
    Look("reminding people, with errors", "editor", f"{GUESTS}/remind?which=all", state=guests, act=send("Remind them", csrf_token="stale")),
    Look("invitations, none yet", "editor", INVITATIONS, state=event),
    Look("invitations", "editor", INVITATIONS, state=guests),
    Look("invitations, as a reader sees them", "reader", INVITATIONS, state=guests),
    Look("adding a reminder", "editor", f"{INVITATIONS}/rules", state=guests),
    Look("adding a reminder, with errors", "editor", f"{INVITATIONS}/rules", state=guests, act=send("Add a reminder", days_before="99")),
    *(
        Look(f"one invitation, {name}", "editor", f"{INVITATIONS}/{{{name}.id}}", state=guests)
        for name in ("invitation", "draft", "bounced", "declined")
    ),
    Look("one invitation, as a reader sees it", "reader", f"{INVITATIONS}/{{invitation.id}}", state=guests),
    Look("one invitation, erased", "editor", f"{INVITATIONS}/{{declined.id}}", state=erased_guest),
    Look("giving more time", "editor", f"{INVITATIONS}/{{invitation.id}}/more-time", state=guests),
    Look("giving more time, with errors", "editor", f"{INVITATIONS}/{{invitation.id}}/more-time", state=guests, act=send("Give more time", answer_by="")),
    Look("asking again", "editor", f"{INVITATIONS}/{{declined.id}}/ask-again", state=guests),
    Look("asking again, with errors", "editor", f"{INVITATIONS}/{{declined.id}}/ask-again", state=guests, act=send("Ask again", answer_by="")),
    Look("withdrawing an invitation", "editor", f"{INVITATIONS}/{{invitation.id}}/withdraw", state=guests),
    Look("withdrawing a draft", "editor", f"{INVITATIONS}/{{draft.id}}/withdraw", state=guests),
    Look("withdrawing an invitation, with errors", "editor", f"{INVITATIONS}/{{invitation.id}}/withdraw", state=guests, act=send("Withdraw the invitation", reason=TOO_LONG)),
    Look("correcting an address", "editor", f"{INVITATIONS}/{{bounced.id}}/address", state=guests),
    Look("correcting an address, with errors", "editor", f"{INVITATIONS}/{{bounced.id}}/address", state=guests, act=send("Save and send again", email="x")),
    Look("correcting an address that somebody else has", "editor", f"{INVITATIONS}/{{bounced.id}}/address", state=guests, act=send("Save and send again", email="office@example.org")),
    Look("what I may not do", "reader", "/organise/events/{event.slug}/team", state=event, status=403),
    Look("a forgotten password", "anonymous", "/forgotten"),
    Look("the demo's post box", "anonymous", "/demo/mails"),
    Look("sign-in", "anonymous", "/sign-in"),
    Look("sign-in, with an organisation", "anonymous", "/sign-in", state=single_sign_on()),
    Look("sign-in, with an organisation only", "anonymous", "/sign-in", state=single_sign_on(oidc_only=True)),
    Look("sign-in, with an organisation only, with errors", "anonymous", "/sign-in", state=single_sign_on(oidc_only=True), act=unfold_and_press),
    Look("sign-in, after signing out of an organisation's session", "anonymous", "/sign-in?left=oidc", state=single_sign_on()),
    Look("single sign-on, not set up", "anonymous", "/sign-in/organisation", status=409),
    Look("single sign-on, the provider away", "anonymous", "/sign-in/organisation", state=single_sign_on(), status=503),
    Look("single sign-on, an answer to nothing", "anonymous", "/sign-in/organisation/back", status=409),
    Look("signing out at one's organisation, not set up", "anonymous", "/sign-out/organisation", status=409),
    Look("sign-in, with errors", "anonymous", "/sign-in", act=press("Sign in")),
    Look("the event page, full", "anonymous", "/events/{event.slug}", state=full),
    Look("the event page, closed", "anonymous", "/events/{event.slug}", state=closed),
    Look("the event page of a finished event", "anonymous", "/events/{event.slug}", state=finished),
    Look("an event's home, finished", "owner", "/organise/events/{event.slug}", state=finished),
    Look("an event's home, archived", "owner", "/organise/events/{event.slug}", state=archived),
    Look("an event's home, with a failed mail", "owner", "/organise/events/{event.slug}", state=failed_mail),
    Look("editing an event, with errors", "editor", "/organise/events/{event.slug}/edit", state=event, act=send("Save", title="", capacity="x", first_on="x")),
    Look("editing a series", "administrator", "/organise/series/{event.series.id}/edit", state=event),
    Look("editing a series, with errors", "administrator", "/organise/series/{event.series.id}/edit", state=event, act=send("Save", name="")),
    Look("the overview, nobody yet", "reader", "/organise/events/{event.slug}/overview", state=event),
    Look("the overview", "reader", "/organise/events/{event.slug}/overview", state=well_attended),
    Look("the texts of mails", "editor", "/organise/events/{event.slug}/texts", state=event),
    Look("the text of a mail, standard", "editor", "/organise/events/{event.slug}/texts/{text_of}/{event.languages[0]}", state=a_text),
    Look("the text of a mail, own", "editor", "/organise/events/{event.slug}/texts/{text_of}/{event.languages[0]}", state=own_text),
    Look("the text of a mail, with errors", "editor", "/organise/events/{event.slug}/texts/{text_of}/{event.languages[0]}", state=a_text, act=send("Save", subject="", text="Dear {nmae}")),
    Look("the balance, nobody yet", "reader", "/organise/events/{event.slug}/overview/balance", state=event),
    Look("the balance", "editor", "/organise/events/{event.slug}/overview/balance", state=balanced),
    Look("the aims", "editor", "/organise/events/{event.slug}/overview/balance/aims", state=balanced),
    Look("the aims, with errors", "editor", "/organise/events/{event.slug}/overview/balance/aims", state=balanced, act=send("Save", **{"side-policy": "80", "side-practice": "80"})),
    Look("the registration form, closed", "anonymous", "/events/{event.slug}/register", state=closed),
    Look("the registration form, full", "anonymous", "/events/{event.slug}/register", state=full),
    Look("asking for a link, with errors", "anonymous", "/events/{event.slug}/link", state=event, act=press("Send the link")),
    Look("asking for a link, done", "anonymous", "/events/{event.slug}/link", state=event, act=send("Send the link", email="maria@example.org"), acted=200),
    Look("my registration, rejected", "anonymous", "/r/{token}", state=rejected),
    Look("my registration, lapsed", "anonymous", "/r/{token}", state=lapsed),
    Look("my registration, a link that is over", "anonymous", "/r/nothing", status=404),
    Look("changing my registration, with errors", "anonymous", "/r/{token}/change", state=confirmed, act=send("Save", given_name="", email="x")),
    Look("cancelling my registration, with errors", "anonymous", "/r/{token}/cancel", state=confirmed, act=send("Yes, cancel my registration", csrf_token="stale")),
    *(
        Look(f"one registration, {name}", "owner", "/organise/events/{event.slug}/registrations/{registration.id}", state=state)
        for name, state in (("confirmed", confirmed), ("waiting", waitlisted), ("rejected", rejected), ("lapsed", lapsed), ("cancelled", cancelled_registration))
    ),
    Look("rejecting, with errors", "editor", "/organise/events/{event.slug}/registrations/{registration.id}/reject", state=pending, act=send("Reject", reason=TOO_LONG)),
    Look("cancelling for somebody, with errors", "editor", "/organise/events/{event.slug}/registrations/{registration.id}/cancel", state=confirmed, act=send("Cancel the registration", reason=TOO_LONG)),
    Look("the mail log, with a failed mail", "editor", "/organise/events/{event.slug}/mails", state=failed_mail),
    Look("one mail, failed", "editor", "/organise/events/{event.slug}/mails/{message.id}", state=failed_mail),
    Look("an event's home, with a returned mail", "owner", "/organise/events/{event.slug}", state=returned_mail),
    Look("the mail log, with a returned mail", "editor", "/organise/events/{event.slug}/mails?state=bounced", state=returned_mail),
    Look("one mail, returned", "editor", "/organise/events/{event.slug}/mails/{message.id}", state=returned_mail),
    Look("the team, with errors", "owner", "/organise/events/{event.slug}/team", state=event, act=press("Add to the team")),
    Look("my account, with errors", "administrator", "/account", act=send("Save", name="")),
    Look("a new password, with errors", "administrator", "/account/password", act=press("Change the password")),
    Look("mails to organisers, none", "administrator", "/organise/mails"),
    Look("mails to organisers", "administrator", "/organise/mails", state=mailed_organiser),
    Look("a mail to an organiser", "administrator", "/organise/mails/{message.id}", state=mailed_organiser),
    Look("organisers, one mailed", "administrator", "/organise/organisers", state=mailed_organiser),
    Look("organisers, several", "administrator", "/organise/organisers", state=colleagues),
    Look("organisers, with errors", "administrator", "/organise/organisers", state=colleagues, act=press("Invite")),
    Look("a forgotten password, with errors", "anonymous", "/forgotten", act=press("Send me the link")),
    Look("a forgotten password, asked", "anonymous", "/forgotten/asked"),
    Look("a password set anew", "anonymous", "/reset/{token}", state=account_link(account_mails.RESET)),
    Look("a password set anew, with errors", "anonymous", "/reset/{token}", state=account_link(account_mails.RESET), act=press("Set the new password")),
    Look("a password set anew, a link that is over", "anonymous", "/reset/nothing", status=404),
    Look("welcome", "anonymous", "/welcome/{token}", state=account_link(account_mails.INVITATION)),
    Look("welcome, with errors", "anonymous", "/welcome/{token}", state=account_link(account_mails.INVITATION), act=press("Set the password")),
    Look("welcome, a link that is over", "anonymous", "/welcome/nothing", status=404),
    Look("the demo's post box, full", "anonymous", "/demo/mails", state=post_box),
    Look("one mail of the demo", "anonymous", "/demo/mails/{mail}", state=post_box),
    Look("a stale form", "administrator", "/account", act=send("Sign out", csrf_token="stale"), acted=400),
    Look("a stale form that is kept", "anonymous", "/forgotten", act=send("Send me the link", csrf_token="stale", email="a@example.org")),
    Look("the registration form, with questions", "anonymous", "/events/{event.slug}/register", state=asked),
    Look("the registration form, with questions and errors", "anonymous", "/events/{event.slug}/register", state=asked, act=wrong_answers),
    Look("my registration, with answers", "anonymous", "/r/{token}", state=answered),
    Look("changing my registration, with answers", "anonymous", "/r/{token}/change", state=answered),
    Look("one registration, with answers", "editor", "/organise/events/{event.slug}/registrations/{registration.id}", state=answered),
    Look("one registration, with answers, as a reader sees it", "reader", "/organise/events/{event.slug}/registrations/{registration.id}", state=answered),
    Look("too many attempts", "anonymous", "/sign-in", state=narrow_limit, act=press("Sign in", times=2), acted=429),
    Look("sign-in, with passkeys", "anonymous", "/sign-in", state=at_a_named_site),
    Look("the second step", "half way", "/sign-in/second-factor", state=protected),
    Look("the second step, with errors", "half way", "/sign-in/second-factor", state=protected, act=send("Sign in", code="000000")),
    Look("the second step, by passkey", "half way", "/sign-in/second-factor", state=by_passkey_only),
    Look("a recovery code", "half way", "/sign-in/recovery-code", state=protected),
    Look("a recovery code, with errors", "half way", "/sign-in/recovery-code", state=protected, act=press("Sign in")),
    Look("is it you", "myself", "/account/confirm", state=protected),
    Look("is it you, with errors", "myself", "/account/confirm", state=protected, act=press("Go on")),
    Look("my account, protected", "myself", "/account", state=protected),
    Look("second factors", "myself", "/account/second-factor", state=protected),
    Look("second factors, none", "administrator", "/account/second-factor"),
    Look("second factors, none but needed", "myself", "/account/second-factor", state=must_be_protected),
    Look("an authenticator app", "administrator", "/account/second-factor/app"),
    Look("an authenticator app, with errors", "administrator", "/account/second-factor/app", act=send("Set up", code="12")),
    Look("an authenticator app, set up", "administrator", "/account/second-factor/app", act=first_code, acted=200),
    Look("removing the app", "myself", "/account/second-factor/app/remove", state=protected),
    Look("removing the app, with errors", "myself", "/account/second-factor/app/remove", state=protected, act=send("Remove", csrf_token="stale")),
    Look("a new passkey", "administrator", "/account/second-factor/passkeys/new", state=at_a_named_site),
    Look("a new passkey, with errors", "administrator", "/account/second-factor/passkeys/new", state=at_a_named_site, act=press("Make the passkey")),
    Look("a new passkey, where none is possible", "administrator", "/account/second-factor/passkeys/new"),
    Look("removing a passkey", "myself", "/account/second-factor/passkeys/{passkey.id}/remove", state=protected),
    Look("removing a passkey, with errors", "myself", "/account/second-factor/passkeys/{passkey.id}/remove", state=protected, act=send("Remove", csrf_token="stale")),
    Look("new recovery codes", "myself", "/account/second-factor/recovery-codes", state=protected),
    Look("new recovery codes, made", "myself", "/account/second-factor/recovery-codes", state=protected, act=press("Make new codes"), acted=200),
    Look("new recovery codes, with errors", "myself", "/account/second-factor/recovery-codes", state=protected, act=send("Make new codes", csrf_token="stale")),
    Look("records out of reach", "anonymous", "/", state=failing(OperationalError("SELECT 1", {}, OSError("planted"))), status=503),
    Look("something went wrong", "anonymous", "/", state=failing(RuntimeError("planted")), status=500),
    Look("bring a list", "myself", IMPORT, list_brought),
    Look("bring a list, no file", "editor", IMPORT, event, act=press("Read the file")),
    Look("choose a sheet", "myself", IMPORT + "/{list.id}/sheet", sheets_brought),
    Look("choose a sheet, none chosen", "myself", IMPORT + "/{list.id}/sheet", sheets_brought, act=press("Read this sheet")),
    Look("what columns hold", "myself", IMPORT + "/{list.id}/columns", list_brought),
    Look(
        "what columns hold, wrong",
        "myself",
        IMPORT + "/{list.id}/columns",
        list_brought,
        act=send("Look at the rows", email="", given_name="", country="", position="3"),
    ),
    Look("rows of a list", "myself", IMPORT + "/{list.id}", list_brought),
    Look("rows of a list, none", "myself", IMPORT + "/{list.id}?show=known&page=2", list_brought),
    Look("a list is imported", "myself", IMPORT + "/{list.id}", list_confirmed),
    Look("a row of a list", "myself", IMPORT + "/{list.id}/rows/{row.id}", list_brought),
    Look("a row of a list, wrong", "myself", IMPORT + "/{list.id}/rows/{row.id}", list_brought, act=press("Save this row")),
]  # fmt: skip
