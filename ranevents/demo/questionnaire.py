"""What the demo's open event asks, in four languages, and how its people answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ranevents.core import clock
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.questions.fields import Replies, Reply
from ranevents.questions.models import Question, QuestionKind, QuestionVersion, Section, Sensitivity, Texts
from ranevents.registrations.service import Answers

CAME_BY_THEMSELVES = (24, 40)
"""How many registered for the open event without having been asked, and where in the circle they stand."""


def _in(en: str, fr: str, de: str, bg: str) -> Texts:
    return {"en": en, "fr": fr, "de": de, "bg": bg}


STAY = _in("Your stay", "Votre séjour", "Ihr Aufenthalt", "Вашият престой")
BOOKED = _in(
    "The host books rooms and a bus from the airport.",
    "L’hôte réserve les chambres et un car depuis l’aéroport.",
    "Der Gastgeber bucht Zimmer und einen Bus ab dem Flughafen.",
    "Домакинът резервира стаи и автобус от летището.",
)
DAY = _in("The day itself", "La journée", "Der Tag selbst", "Самият ден")
ARRIVAL = _in("When do you arrive?", "Quand arrivez-vous ?", "Wann kommen Sie an?", "Кога пристигате?")
HOTEL = _in(
    "Do you need a hotel?", "Avez-vous besoin d’un hôtel\u00a0?", "Brauchen Sie ein Hotel?", "Имате ли нужда от хотел?"
)
NIGHTS = _in("How many nights?", "Combien de nuits ?", "Wie viele Nächte?", "Колко нощувки?")
ROOMS = _in(
    "to book the right number of rooms", "pour réserver le bon nombre de chambres",
    "um die richtige Zahl Zimmer zu buchen", "за да резервираме точния брой стаи",
)  # fmt: skip
WORKSHOP = _in("Which workshop do you choose?", "Quel atelier choisissez-vous ?", "Welchen Workshop wählen Sie?",
               "Кое ателие избирате?")  # fmt: skip
WORKSHOPS = (
    ("street", _in("On the street", "Dans la rue", "Auf der Straße", "На улицата")),
    ("school", _in("At school", "À l’école", "In der Schule", "В училище")),
    ("online", _in("Online", "En ligne", "Im Netz", "Онлайн")),
)
EMERGENCY = _in(
    "What should we know in an emergency?", "Que devons-nous savoir en cas d’urgence\u00a0?",
    "Was sollten wir im Notfall wissen?", "Какво трябва да знаем при спешен случай?",
)  # fmt: skip
EXAMPLE = _in(
    "Such as an allergy or a medicine.", "Par exemple une allergie ou un médicament.",
    "Zum Beispiel eine Allergie oder ein Medikament.", "Например алергия или лекарство.",
)  # fmt: skip


def ask(event: Event) -> list[Question]:
    """Let the event ask its questions: arrival, hotel, nights where there is one, workshop, emergencies."""
    stay, day = _section(event, 1, STAY, BOOKED), _section(event, 2, DAY, {})
    days = {
        "lowest": (event.first_on - timedelta(days=2)).isoformat(),
        "highest": event.last_on.isoformat(),
    }
    workshops = [{"key": key, "labels": labels} for key, labels in WORKSHOPS]
    special = {"hints": EXAMPLE, "sensitivity": Sensitivity.SPECIAL}
    arrival = _question(stay, 1, QuestionKind.DATE, ARRIVAL, **days)
    hotel = _question(stay, 2, QuestionKind.YES_NO, HOTEL, is_required=True)
    after_hotel = {"condition_question_id": hotel.id, "condition_values": ["yes"], "is_required": True}
    nights = _question(stay, 3, QuestionKind.NUMBER, NIGHTS, purposes=ROOMS, lowest="1", highest="4", **after_hotel)
    workshop = _question(day, 1, QuestionKind.ONE_OF, WORKSHOP, options=workshops)
    emergency = _question(day, 2, QuestionKind.LONG_TEXT, EMERGENCY, kept_days=30, **special)
    return [arrival, hotel, nights, workshop, emergency]


def answered(people: Sequence[Answers], questions: Sequence[Question], event: Event) -> list[Answers]:
    """The forms of these people with what they answer; the workshops are chosen in turn, two in three need a hotel."""
    return [replace(one, replies=_replies(place, questions, event)) for place, one in enumerate(people)]


def _replies(place: int, questions: Sequence[Question], event: Event) -> Replies:
    needs_hotel = place % 3 != 2
    values: list[Any] = [
        (event.first_on - timedelta(days=1 if needs_hotel else 0)).isoformat(),
        needs_hotel,
        str(1 + place % 2) if needs_hotel else None,
        WORKSHOPS[place % len(WORKSHOPS)][0] if place % 5 else None,
        "Insulin: in my bag, left side." if place == 7 else None,
    ]
    given = [
        Reply(question.id, question.now.id, value)
        for question, value in zip(questions, values, strict=True)
        if value is not None
    ]
    return Replies(given=tuple(given), on_form=tuple(one.id for one in questions))


def _section(event: Event, position: int, titles: Texts, introductions: Texts) -> Section:
    section = Section(event_id=event.id, position=position, titles=titles, introductions=introductions)
    db.session.add(section)
    db.session.flush()
    return section


_NOT_SAID = {
    "sensitivity": Sensitivity.ORDINARY,
    "hints": {},
    "purposes": {},
    "options": [],
    "lowest": "",
    "highest": "",
}


def _question(section: Section, position: int, kind: QuestionKind, labels: Texts, **said: Any) -> Question:
    wording = {name: said.pop(name, value) for name, value in _NOT_SAID.items()}
    question = Question(
        **{
            "event_id": section.event_id,
            "section_id": section.id,
            "position": position,
            "is_required": False,
            "capacities": [],
            "condition_question_id": None,
            "condition_values": [],
            "kept_days": 90,
            "version": 1,
            **said,
        }
    )
    db.session.add(question)
    db.session.flush()
    version = QuestionVersion(
        question_id=question.id, number=1, kind=kind, labels=labels, decimals=0, created_at=clock.now(), **wording
    )
    db.session.add(version)
    db.session.flush()
    db.session.refresh(question)
    return question
