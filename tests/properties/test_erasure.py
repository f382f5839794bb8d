"""Whatever happened to somebody: once erased, no table, log or search finds them, and every count is what it was.

The whole database is read as it stands: every table and column there is, the queue's too, encrypted ones in clear. So
a new column that holds what people say is looked at without anybody thinking of it.
"""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from ranevents.core import clock, limits, names
from ranevents.core.audit import PERSON, SYSTEM
from ranevents.core.db import db, unit_of_work
from ranevents.core.errors import DomainError
from ranevents.core.limits import is_over
from ranevents.core.tokens import fingerprint, secret
from ranevents.events.models import Event
from ranevents.invitations import letter_mails, mails, substitute_service
from ranevents.invitations import service as invitations
from ranevents.mailing.delivery import drain
from ranevents.mailing.models import MailQueue
from ranevents.people.models import Sector, Side
from ranevents.people.service import Particulars
from ranevents.privacy import erasure_service
from ranevents.privacy import queries as privacy_queries
from ranevents.privacy import service as privacy
from ranevents.privacy.jobs import purge_all
from ranevents.questions.models import QuestionKind, Sensitivity
from ranevents.registrations import queries, service
from ranevents.registrations.check import differences
from ranevents.registrations.models import Registration
from tests.builders import a_letter, a_question, a_user, an_answer, an_event, an_invitation, an_upload
from tests.client import Client
from tests.conftest import Clock
from tests.database import empty_database
from tests.sink import Sink

pytestmark = pytest.mark.slow

SYLLABLES = ["bra", "kve", "zol", "dim", "tru", "fex", "gan", "mup", "ril", "shtu", "vyo", "wex"]
SCRIPTS = {
    "latin": str,
    "cyrillic": lambda word: word.translate(str.maketrans("abdefgiklmnoprstuvxyzhw", "абдефгиклмнопрстувхызшщ")),
    "greek": lambda word: word.translate(str.maketrans("abdefgiklmnoprstuvxyzhw", "αβδεφγικλμνοπρστυβξυζχω")),
}
MARKED = [
    "given", "family", "latingiven", "latinfamily", "address", "organisation", "position", "diet", "access", "answer",
    "special", "filename", "filecontent", "wish", "reason", "declined", "newaddress", "form",
    "note", "noreason", "subgiven", "subfamily", "subaddress", "suborganisation", "withdrawal",
]  # fmt: skip
"""Each field has a word of its own, which stands nowhere else."""


class Somebody:
    """A person with a word of their own in every field."""

    def __init__(self, seed: int, script: str) -> None:
        self.words = {name: self._word(seed * len(MARKED) + place) for place, name in enumerate(MARKED)}
        for name in ("given", "family", "organisation"):
            self.words[name] = SCRIPTS[script](self.words[name])

    @staticmethod
    def _word(number: int) -> str:
        parts = ["q"]
        for _place in range(5):
            number, part = divmod(number, len(SYLLABLES))
            parts.append(SYLLABLES[part])
        return "".join(parts)

    def __getitem__(self, name: str) -> str:
        return self.words[name]

    def email(self, which: str = "address") -> str:
        return f"{self[which]}@example.org"

    def particulars(self, which: str = "address") -> Particulars:
        return Particulars(
            self["given"].title(), self["family"].title(), self["latingiven"], self["latinfamily"], self["form"],
            self.email(which), self["organisation"], self["position"], "RS", Sector.EDUCATION, Side.PRACTICE, "en",
        )  # fmt: skip

    def answers(self, which: str = "address") -> service.Answers:
        return service.Answers(self.particulars(which), self["diet"], self["access"], True, True)

    def traces(self) -> set[str]:
        """All that would give this person away: each word, and each way of spelling it that searches know."""
        found = {word.lower() for word in self.words.values()}
        found |= {fingerprint(self.email(), "register")}
        return found | {spelling for word in self.words.values() for spelling in names.spellings(word)}


def everything(app: Flask) -> dict[tuple[str, str, str], str]:
    """Every value of the database in clear, by table, column and row; small letters."""
    cipher = MultiFernet([Fernet(key) for key in app.config["ENCRYPTION_KEYS"]])
    found = {}
    with db.engine.connect() as connection:
        tables = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        for table in tables:
            for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings():
                for column, value in row.items():
                    found[table, column, str(row.get("id", next(iter(row.values()))))] = _clear(value, cipher)
    return found


def _clear(value: Any, cipher: MultiFernet) -> str:
    if isinstance(value, bytes | memoryview):
        try:
            value = cipher.decrypt(bytes(value))
        except InvalidToken:
            value = bytes(value)
        return value.decode("utf-8", "replace").lower() + value.hex()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False).lower()
    return str(value).lower()


def traces_of(somebody: Somebody, where: dict[tuple[str, str, str], str]) -> set[tuple[str, str, str]]:
    traces = somebody.traces()
    return {place for place, said in where.items() if any(trace in said for trace in traces)}


@contextmanager
def listening() -> Iterator[io.StringIO]:
    """All that is logged meanwhile, at every level, before anything is blanked out of it."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.addFilter(lambda line: line.name != "mail.log")  # what the tests' mail server writes down for itself
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def figures(event: Event) -> dict[str, Any]:
    """Every figure that names no one."""
    db.session.rollback()
    counted = {
        "states": dict(queries.figures(event)),
        "pool": (event.pool.held, event.pool.limit, event.pool.last_rank),
        "mails": privacy_mails(event),
    }
    for name, column in (("country", "p.country"), ("sector", "p.sector"), ("side", "p.side"),
                         ("day", "registered_at::date"), ("rank", "r.rank"), ("capacity", "r.capacity")):  # fmt: skip
        query = f"SELECT {column}, r.state, count(*) FROM registrations r JOIN persons p ON p.id = r.person_id GROUP BY 1, 2"
        counted[name] = sorted(map(tuple, db.session.execute(text(query))), key=repr)
    counted["consents"] = sorted(
        map(tuple, db.session.execute(text("SELECT kind, is_given, count(*) FROM consents GROUP BY 1, 2")))
    )
    counted["deliveries"] = db.session.execute(
        text("SELECT outcome, count(*) FROM deliveries GROUP BY 1 ORDER BY 1")
    ).all()
    db.session.rollback()
    return counted


def privacy_mails(event: Event) -> list[tuple[str, int]]:
    query = text(
        "SELECT mail, count(*) FROM messages WHERE mail <> 'privacy/erased' AND event_id = :id GROUP BY 1 ORDER BY 1"
    )
    return [tuple(one) for one in db.session.execute(query, {"id": event.id})]  # type: ignore[misc]


class World:
    """An event, somebody who will be erased, and a bystander to whom nothing may happen; `apart`, at another event."""

    def __init__(
        self, app: Flask, sink: Sink, seed: int, scripts: tuple[str, str], *, needs_approval: bool, apart: bool = False
    ) -> None:
        db.session.remove()
        empty_database()
        self.app, self.sink = app, sink
        sink.taken.clear()
        self.clock = Clock()
        clock.use(self.clock)
        self.event = an_event(capacity=2, needs_approval=needs_approval)
        self.elsewhere = an_event(last_on=date(2028, 1, 1)) if apart else None
        self.questions = {
            event: (a_question(event, kept_days=30), a_question(event, kept_days=30, sensitivity=Sensitivity.SPECIAL))
            for event in (self.event, self.elsewhere)
            if event
        }
        self.editor = a_user(is_administrator=True)
        db.session.commit()
        self.gone, self.bystander = Somebody(seed, scripts[0]), Somebody(seed + 1, scripts[1])
        self.ids: dict[Somebody, list[int]] = {self.gone: [], self.bystander: []}
        for one in self.ids:
            self.register(one)

    def register(self, somebody: Somebody) -> None:
        """The form is sent; who is registered already with the same name and address gets no second place."""
        is_over("LIMIT_PER_ADDRESS", somebody.email(), "register")
        with unit_of_work():
            event = self.elsewhere if self.elsewhere and somebody is self.bystander else self.event
            registration = service.register(event, somebody.answers(), submission_id=secret(), by=PERSON)
        if registration.id not in self.ids[somebody]:
            self.ids[somebody].append(registration.id)
            with unit_of_work():
                ordinary, special = self.questions[event]
                an_answer(registration, ordinary, somebody["answer"])
                an_answer(registration, special, somebody["special"], secret=True)
                an_upload(
                    a_question(event, QuestionKind.FILE),
                    registration,
                    name=f"{somebody['filename']}.txt",
                    content=somebody["filecontent"].encode(),
                )
                self.plant_invitations(registration, somebody)
                content = " ".join(somebody[name] for name in ("latinfamily", "organisation")).encode()
                letter_mails.send(a_letter(event, registration.person, content=content), content)

    def plant_invitations(self, registration: Registration, somebody: Somebody) -> None:
        """An invitation that was withdrawn, one that was declined with a reason, and whom they proposed instead."""
        event, person, asked = registration.event, registration.person, {"note": somebody["note"]}
        withdrawn = an_invitation(event, person, **asked)
        mails.reminder(withdrawn, occasion="hand:1")
        invitations.revoke(withdrawn, by=SYSTEM, tell=True, reason=somebody["withdrawal"])
        declined = an_invitation(event, person, allows_substitute=True, **asked)
        proposed = substitute_service.Proposed(
            somebody["subgiven"], somebody["subfamily"], somebody.email("subaddress"), somebody["suborganisation"], ""
        )
        substitute_service.propose(declined, proposed, by=PERSON)
        invitations.decline(declined, by=PERSON, reason=somebody["noreason"])

    def registration(self, somebody: Somebody) -> Registration:
        return db.session.get_one(Registration, self.ids[somebody][-1])

    def registrations_of(self, somebody: Somebody) -> list[Registration]:
        return [db.session.get_one(Registration, id) for id in self.ids[somebody]]

    def live_through(self, happened: list[str], *, to_both: bool) -> None:
        for what in happened:
            self.happen(what, self.gone)
            if to_both:
                self.happen(what, self.bystander)

    def erase(self) -> None:
        for id in self.ids[self.gone]:
            with unit_of_work():
                erasure_service.erase(db.session.get_one(Registration, id), by=SYSTEM)

    def attempt(self, deed: Callable[[], object]) -> None:
        try:
            with unit_of_work():
                deed()
        except DomainError:
            pass

    def happen(self, what: str, somebody: Somebody) -> None:
        """Something happens to one of them, if it can."""
        registration = self.registration(somebody)
        deeds: dict[str, Callable[[], object]] = {
            "approve": lambda: service.approve(registration, by=SYSTEM),
            "reject": lambda: service.reject(registration, by=SYSTEM, reason=somebody["reason"]),
            "cancel": lambda: service.cancel(registration, by=SYSTEM, reason=somebody["reason"]),
            "move": lambda: service.change(registration, somebody.answers("newaddress"), by=PERSON),
            "again": lambda: self.register(somebody),
            "ask": lambda: privacy.ask(registration, reason=somebody["wish"], by=PERSON),
            "decline": lambda: self.decline(registration, somebody),
            "withdraw": lambda: privacy.withdraw(registration, privacy.Withdrawal.SPECIAL_DATA, by=PERSON),
        }
        if what in deeds:
            self.attempt(deeds[what])
        else:
            self.deliver(what)

    def decline(self, registration: Registration, somebody: Somebody) -> None:
        for wish in privacy_queries.erasures_of(registration):
            privacy.decline(wish, answer=somebody["declined"], by=SYSTEM)

    def deliver(self, how: str) -> None:
        answers = {"take": None, "refuse": "550 5.1.1 <{to}>: unknown", "later": "450 4.2.0 <{to}>: busy"}
        answer = answers[how]
        self.sink.behaviour = lambda to: answer.format(to=to) if answer else None
        self.clock.move(minutes=20)
        for queue in MailQueue:
            drain(queue)
        db.session.rollback()

    def finds(self, somebody: Somebody) -> bool:
        """Whether the organiser's searches find anybody by any trace."""
        client = Client(self.app, self.editor)
        event = self.registration(somebody).event
        pages = [f"/organise/events/{event.slug}/{what}?search=" for what in ("registrations", "mails")]
        wanted = [somebody["family"], somebody["latinfamily"], somebody.email(), somebody["organisation"]]
        return any("was found." not in client.get(page + one).text for page in pages for one in wanted)


def check_gone(world: World, heard: io.StringIO) -> None:
    """Nobody is found, and the books agree."""
    assert traces_of(world.gone, everything(world.app)) == set()
    assert not [trace for trace in world.gone.traces() if trace in heard.getvalue().lower()]
    assert not world.finds(world.gone)
    db.session.rollback()
    assert differences(clock.now()) == []


def check_untouched(world: World, standing: dict[tuple[str, str, str], str]) -> None:
    """Whatever told of the bystander tells it still."""
    now = everything(world.app)
    assert {place: now.get(place) for place in standing} == standing
    assert world.finds(world.bystander)


def of_bystander(world: World) -> dict[tuple[str, str, str], str]:
    where = everything(world.app)
    return {place: where[place] for place in traces_of(world.bystander, where)}


happenings = st.lists(
    st.sampled_from(
        ["approve", "reject", "cancel", "move", "again", "ask", "decline", "withdraw", "take", "refuse", "later"]
    ),
    max_size=8,
)
in_scripts = st.tuples(st.sampled_from(sorted(SCRIPTS)), st.sampled_from(sorted(SCRIPTS)))
often = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)


cases = given(
    seed=st.integers(0, 9000),
    scripts=in_scripts,
    needs_approval=st.booleans(),
    happened=happenings,
    to_both=st.booleans(),
)


def test_whoever_is_erased_is_found_nowhere_and_the_figures_stay(app: Flask, sink: Sink) -> None:
    @often
    @cases
    def attempt(seed: int, scripts: tuple[str, str], needs_approval: bool, happened: list[str], to_both: bool) -> None:
        with listening() as heard:
            world = World(app, sink, seed, scripts, needs_approval=needs_approval)
            world.live_through(happened, to_both=to_both)
            was_live = any(one.state.is_live for one in world.registrations_of(world.gone))
            before, standing = figures(world.event), of_bystander(world)
            assert traces_of(world.gone, everything(app))

            world.erase()

            check_untouched(world, standing)
            if not was_live:  # else the state follows, and the next person's offer
                assert figures(world.event) == before
            world.deliver("take")
            check_gone(world, heard)

    attempt()


def test_whoever_is_purged_is_found_nowhere_and_the_figures_stay(app: Flask, sink: Sink) -> None:
    @often
    @cases
    def attempt(seed: int, scripts: tuple[str, str], needs_approval: bool, happened: list[str], to_both: bool) -> None:
        with listening() as heard:
            world = World(app, sink, seed, scripts, needs_approval=needs_approval, apart=True)
            world.live_through(happened, to_both=to_both)
            for _time in range(2):  # every mail has gone out, or failed, long before
                world.clock.move(days=3)
                world.deliver("take")
            limits.forget_ended()  # as every night
            db.session.commit()
            before, standing = figures(world.event), of_bystander(world)

            world.clock.move(days=500)
            purge_all()
            world.deliver("take")

            check_untouched(world, standing)
            assert without(figures(world.event), "deliveries") == without(before, "deliveries")
            check_gone(world, heard)

    attempt()


def without(counted: dict[str, Any], name: str) -> dict[str, Any]:
    return {one: value for one, value in counted.items() if one != name}


def test_every_word_of_somebody_is_seen_before_it_goes(app: Flask, sink: Sink) -> None:
    """The tests above would agree with a look that sees nothing."""
    world = World(app, sink, 7, ("cyrillic", "greek"), needs_approval=True)
    world.live_through(["ask", "decline", "ask", "move", "reject"], to_both=False)
    said = " ".join(everything(app).values())

    assert [name for name in MARKED if world.gone[name].lower() not in said] == []
    assert fingerprint(world.gone.email(), "register") in said


@pytest.mark.parametrize("kind", ["text", "jsonb", "bytea"])
def test_a_leak_that_is_planted_is_found(app: Flask, sink: Sink, kind: str) -> None:
    world = World(app, sink, 8, ("latin", "greek"), needs_approval=False)
    values = {
        "text": world.gone["diet"],
        "jsonb": json.dumps({"x": [world.gone["family"]]}),
        "bytea": Fernet(app.config["ENCRYPTION_KEYS"][0]).encrypt(world.gone["wish"].encode()),
    }
    with db.engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE planted (id int, said {kind})"))
        connection.execute(text(f"INSERT INTO planted VALUES (1, CAST(:said AS {kind}))"), {"said": values[kind]})
    try:
        world.erase()
        world.deliver("take")
        found = traces_of(world.gone, everything(app))
    finally:
        with db.engine.begin() as connection:
            connection.execute(text("DROP TABLE planted"))

    assert found == {("planted", "said", "1")}
