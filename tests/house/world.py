"""A whole small world for the walks through all routes: two events, their records, and everybody who may ask."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from flask import Flask
from sqlalchemy import select

from ranevents.accounts import mails as account_mails
from ranevents.accounts.factor_models import Passkey
from ranevents.accounts.models import Membership, Role, User
from ranevents.core import clock
from ranevents.core.db import db
from ranevents.core.tokens import Link
from ranevents.directory.import_models import ImportBatch, ImportRow
from ranevents.events.models import Event
from ranevents.invitations.letter_models import OfficialLetter
from ranevents.invitations.models import Guest, Invitation, ReminderRule, Substitute
from ranevents.mailing.models import Message
from ranevents.privacy.models import Erasure
from ranevents.questions.models import Question, QuestionKind
from ranevents.registrations.models import Registration, Upload
from ranevents.registrations.states import RegistrationState
from tests import builders
from tests.client import Client
from tests.database import empty_database, lay_down, rows_laid_down
from tests.directory import lists
from tests.house.source import ROOT

Keys = dict[str, tuple[type, int]]
"""Where records are: class and number of each, by name."""
QUERIES = {
    **{f"/organise/events/<event>/together/{deed}": "?which=all" for deed in ("approve", "reject", "mail")},
    **{f"/organise/events/<event>/guests/{deed}": "?which=all" for deed in ("ask", "remind")},
}
"""What an address asks for where the page is not shown without."""


@dataclass(frozen=True)
class Route:
    """One line of tests/house/routes.txt."""

    need: str
    methods: tuple[str, ...]
    rule: str

    @property
    def arguments(self) -> list[str]:
        """Its arguments, each with the part of the address before it: 'registrations/id'."""
        return [f"{before}/{name}" for before, name in re.findall(r"([^/]*)/<(?:[^:<>]+:)?(\w+)>", self.rule)]

    def path(self, samples: dict[str, Any]) -> str:
        """An address of this route."""
        values = iter(samples[name] for name in self.arguments)
        return re.sub(r"<[^<>]+>", lambda _argument: str(next(values)), self.rule) + QUERIES.get(self.rule, "")


def routes() -> list[Route]:
    """All routes, as the list of rights tells them (another test holds the list against the application)."""
    found = [
        re.fullmatch(r"(.+?)\s+([A-Z,]+)\s+(/.*)", line)
        for line in (ROOT / "tests" / "house" / "routes.txt").read_text().splitlines()
    ]
    return [Route(one[1], tuple(one[2].split(",")), one[3]) for one in found if one]


class Party:
    """One event and a record of each kind that belongs to it: `registration` awaits approval, `place` has its place; it sent in `upload`."""

    event: Event
    registration: Registration
    place: Registration
    message: Message
    membership: Membership
    erasure: Erasure
    upload: Upload
    question: Question
    list: ImportBatch
    row: ImportRow
    invitation: Invitation
    guest: Guest
    letter: OfficialLetter
    letter_to_guest: OfficialLetter
    rule: ReminderRule
    substitute: Substitute

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def __getattr__(self, name: str) -> Any:
        """A record, read when it is asked for."""
        return db.session.get_one(*self._keys[name])


class World:
    """Two events, `own` and `foreign`; the cast has its roles at `own`. Nothing else is in the database.

    It is built once in a process, and from then on laid down as it was: there are more than a thousand.
    """

    def __init__(self) -> None:
        db.session.remove()
        empty_database()
        built = _built_at(clock.now())
        lay_down(built.rows)
        self.own, self.foreign = (Party(built.keys[name]) for name in ("own", "foreign"))
        self.passkey: Passkey = db.session.get_one(*built.keys["world"]["passkey"])
        self.to_organiser: Message = db.session.get_one(*built.keys["world"]["to_organiser"])
        users = {user.id: user for user in db.session.scalars(select(User))}
        self.somebody = users[built.keys["world"]["somebody"][1]]
        self.cast: dict[str, User | None] = {
            "anonymous": None,
            **{who: users[number] for who, (_kind, number) in built.keys["cast"].items()},
        }

    def samples(self, party: Party, records: Party | None = None) -> dict[str, Any]:
        """A value for every argument of an address, by name: `records` may be another party's than the event."""
        return _Samples(lambda name: SAMPLES[name](self, party, records or party))


@dataclass(frozen=True)
class _Built:
    """A world as it was built: its rows, and where its records are among them."""

    rows: str
    keys: dict[str, Keys]


@cache
def _built_at(_moment: datetime) -> _Built:
    """Build a world in the empty database, and take it out again."""
    own, foreign = _party(), _party()
    administrator = builders.a_user(is_administrator=True)
    somebody = builders.a_user(password_hash=None)
    builders.an_app(administrator)
    named: dict[str, dict[str, Any]] = {
        "own": own,
        "foreign": foreign,
        "cast": {
            "outsider": builders.a_user(Role.OWNER, foreign["event"]),
            **{str(role): builders.a_user(role, own["event"]) for role in Role},
            "administrator": administrator,
        },
        "world": {
            "somebody": somebody,
            "passkey": builders.a_passkey(administrator),
            "to_organiser": builders.a_message(
                own["event"], own["registration"].person, event_id=None, person_id=None, user_id=somebody.id
            ),
        },
    }
    db.session.commit()
    rows = (lists.GERMAN_MARIA, lists.GERMAN_WRONG, lists.GERMAN_MARIA)
    for party in (own, foreign):
        party["list"] = lists.a_list(party["event"], administrator, *rows, headings=lists.GERMAN_HEADINGS)
        party["row"] = db.session.scalars(select(ImportRow).where(ImportRow.batch_id == party["list"].id)).first()
    db.session.commit()
    keys = {part: {name: (type(one), one.id) for name, one in some.items()} for part, some in named.items()}
    db.session.remove()
    built = _Built(rows_laid_down(), keys)
    empty_database()
    return built


class _Samples(dict[str, Any]):
    """Made when they are asked for: an address has one or two."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> Any:
        assert name in SAMPLES, f"no sample for the argument {name!r}: add one to SAMPLES in tests/house/world.py"
        return self.setdefault(name, self._make(name))


def _account_token(purpose: str) -> Callable[[World, Party, Party], str]:
    return lambda world, _party, _records: Link(
        purpose, str(world.somebody.id), world.somebody.session_version
    ).sign_for_a_while()


SAMPLES: dict[str, Callable[[World, Party, Party], Any]] = {
    "events/event": lambda _world, party, _records: party.event.slug,
    "registrations/id": lambda _world, _party, records: records.registration.id,
    "merge/other": lambda _world, _party, records: records.place.person_id,
    "organisations/id": lambda _world, _party, records: records.registration.person_id,
    "people/id": lambda _world, _party, records: records.registration.person_id,
    "questions/id": lambda _world, _party, records: records.question.id,
    "sections/id": lambda _world, _party, records: records.question.section_id,
    "guests/id": lambda _world, _party, records: records.guest.id,
    "letters/id": lambda _world, _party, records: records.letter.id,
    "letter/id": lambda _world, _party, records: records.letter_to_guest.id,
    "to/id": lambda _world, _party, records: records.place.person_id,
    "invitations/id": lambda _world, _party, records: records.invitation.id,
    "rules/id": lambda _world, _party, records: records.rule.id,
    "substitutes/number": lambda _world, _party, records: records.substitute.id,
    "mails/number": lambda world, _party, _records: world.to_organiser.id,
    "mails/id": lambda _world, _party, records: records.message.id,
    "team/id": lambda _world, _party, records: records.membership.id,
    "organisers/id": lambda world, _party, _records: world.somebody.id,
    "passkeys/id": lambda world, _party, _records: world.passkey.id,
    "series/id": lambda _world, party, _records: party.event.series_id,
    "texts/mail": lambda _world, _party, _records: "registrations.confirmation",
    "/language": lambda _world, _party, _records: "en",
    "requests/id": lambda _world, _party, records: records.erasure.id,
    "import/id": lambda _world, _party, records: records.list.id,
    "rows/row": lambda _world, _party, records: records.row.id,
    "r/token": lambda _world, _party, records: records.place.link.sign(),
    "i/token": lambda _world, _party, records: records.invitation.link.sign(),
    "reset/token": _account_token(account_mails.RESET),
    "welcome/token": _account_token(account_mails.INVITATION),
    "files/id": lambda _world, _party, records: records.upload.id,
    "static/filename": lambda *_: "css/house.css",
    "mails/name": lambda *_: "nothing.eml",
}
BELONG_TO_AN_EVENT = {
    "guests/id",
    "invitations/id",
    "letters/id",
    "letter/id",
    "to/id",
    "rules/id",
    "substitutes/number",
    "import/id",
    "registrations/id",
    "files/id",
    "mails/id",
    "team/id",
    "requests/id",
    "questions/id",
    "sections/id",
}


def _party() -> dict[str, Any]:
    event = builders.an_event()
    registration = builders.a_registration(event, state=RegistrationState.PENDING)
    owner = builders.a_user(Role.OWNER, event)
    place = builders.a_registration(event)
    invitation = builders.an_invitation(event, allows_substitute=True)
    return {
        "event": event,
        "registration": registration,
        "membership": db.session.scalars(select(Membership).where(Membership.user_id == owner.id)).one(),
        "place": place,
        "upload": builders.an_upload(builders.a_question(event, QuestionKind.FILE), place),
        "question": builders.a_question(event),
        "message": builders.a_message(event, registration.person),
        "erasure": builders.an_erasure(registration),
        "invitation": invitation,
        "guest": builders.a_guest(event),
        "letter": builders.a_letter(event, place.person, sent_at=clock.now()),
        "letter_to_guest": builders.a_letter(event, invitation.person, sent_at=clock.now()),
        "rule": builders.a_reminder_rule(event),
        "substitute": builders.a_substitute(builders.an_invitation(event)),
    }


def who_may(app: Flask, world: World, route: Route) -> Client:
    """Somebody who may use the route: a stranger where that is enough, else the administrator."""
    client = Client(app, None if route.need in ("public", "personal link") else world.cast["administrator"])
    if route.rule.startswith("/sign-in/"):
        assert world.cast["administrator"] is not None
        client.stand_half_way(world.cast["administrator"])
    return client


def everything() -> dict[str, str]:
    """The content of every table, as one digest a table; counters of attempts are no part of what people change."""
    names = sorted({*db.metadata.tables, "procrastinate_jobs"} - {"rate_counters"})
    asked = " UNION ALL ".join(
        f"SELECT '{name}', md5(coalesce(string_agg(row::text, '|' ORDER BY row::text), '')) FROM {name} AS row"
        for name in names
    )
    with db.engine.connect() as connection:
        return dict(connection.exec_driver_sql(asked).all())
