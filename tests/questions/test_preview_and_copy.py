"""The form as participants will see it, and the form of another event taken over."""

import pytest

from ranevents.accounts.models import Membership, Role, User
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.questions import queries
from ranevents.questions.details import Condition, QuestionKind
from tests.builders import a_question, a_section, an_event
from tests.client import Client
from tests.house.world import everything
from tests.questions.composing import form_of, path, question
from tests.statements import count_statements


@pytest.fixture
def composed(event: Event) -> Event:
    """An event that asks whether one needs a hotel, and speakers for the title of their talk."""
    stay = a_section(event, titles={"en": "Your stay", "bg": "Престой"})
    hotel = a_question(
        event, QuestionKind.YES_NO, section=stay, labels={"en": "Hotel?", "bg": "Хотел?"}, is_required=True
    )
    a_question(
        event, QuestionKind.NUMBER, section=stay, labels={"en": "Nights?"}, only_if=(hotel, ["yes"]), is_required=True
    )
    a_question(event, labels={"en": "Title of your talk?"}, capacities=["speaker"])
    db.session.commit()
    return event


def test_the_preview_shows_the_form_in_each_language_and_for_each_capacity(reader: Client, composed: Event) -> None:
    bulgarian = reader.get(path(composed, "preview?language=bg"))
    speaker = reader.get(path(composed, "preview?language=en&capacity=speaker"))

    assert "Хотел?" in bulgarian.text
    assert "Title of your talk?" not in bulgarian.text
    assert "Hotel?" in speaker.text
    assert "Title of your talk?" in speaker.text


def test_the_preview_can_be_tried_and_stores_nothing(reader: Client, composed: Event) -> None:
    hotel = question(composed, "Hotel?")
    nights = question(composed, "Nights?")
    page = reader.get(path(composed, "preview?language=en"))
    before = everything()

    refused = reader.submit(page, **{f"question-{hotel.id}": "yes"})
    accepted = reader.submit(page, **{f"question-{hotel.id}": "yes", f"question-{nights.id}": "2"})

    assert (refused.status, accepted.status) == (422, 200)
    assert "Please answer this question." in refused.text
    assert "All of it would be accepted. Nothing was stored: this is a preview." in accepted.text
    assert everything() == before


def source_for(editor: User, role: Role | None = Role.READER) -> Event:
    """Another event with a form, at which the editor has a role."""
    source = an_event(title="Vienna 2017")
    stay, talk = a_section(source, titles={"en": "Your stay"}), a_section(source, titles={"en": "Your talk"})
    hotel = a_question(source, QuestionKind.YES_NO, section=stay, labels={"en": "Hotel?"})
    a_question(source, section=talk, labels={"en": "Late arrival?"}, only_if=(hotel, ["yes"]), kept_days=77)
    if role:
        db.session.add(Membership(user_id=editor.id, event_id=source.id, role=role))
    db.session.commit()
    return source


def test_another_events_questions_are_copied_with_their_conditions(
    organiser: Client, editor: User, event: Event
) -> None:
    source = source_for(editor)
    a_question(event, labels={"en": "Here before"})
    db.session.commit()

    assert "Vienna 2017" in organiser.get(path(event, "copy")).text
    page = organiser.get(path(event, f"copy?source={source.slug}"))
    assert "Late arrival?" in page.text
    sections = [part.section.id for part in queries.form_of(source)]
    for _time in range(2):
        organiser.submit(page, sections=sections)

    assert form_of(event) == [
        ("Your stay", ["Here before"]),
        ("Your stay", ["Hotel?"]),
        ("Your talk", ["Late arrival?"]),
    ]
    late = question(event, "Late arrival?")
    assert late.condition == Condition(question(event, "Hotel?").id, ("yes",))
    assert late.kept_days == 77
    assert form_of(source) == [("Your stay", ["Hotel?"]), ("Your talk", ["Late arrival?"])]


def test_a_question_is_not_copied_without_the_one_that_it_depends_on(
    organiser: Client, editor: User, event: Event
) -> None:
    source = source_for(editor)
    late = question(source, "Late arrival?")

    page = organiser.get(path(event, f"copy?source={source.slug}"))
    refused = organiser.submit(page, sections=[late.section_id])

    assert refused.status == 422
    assert "“Late arrival?” depends on a question of a section that you have not chosen." in refused.text
    assert form_of(event) == []


def test_nothing_is_copied_from_an_event_at_which_one_has_no_role(
    organiser: Client, editor: User, event: Event
) -> None:
    source = source_for(editor, role=None)

    assert "Vienna 2017" not in organiser.get(path(event, "copy")).text
    assert organiser.get(path(event, f"copy?source={source.slug}")).status == 404
    assert organiser.post(path(event, f"copy?source={source.slug}")).status == 404
    assert form_of(event) == []


def test_every_page_takes_the_same_statements_for_ten_and_for_a_hundred_questions(
    organiser: Client, editor: User, event: Event
) -> None:
    section = a_section(event)
    last = a_question(event, section=section)
    source = source_for(editor)
    twin = a_section(source)
    paths = ["", "preview", str(last.id), f"sections/{section.id}/new", f"copy?source={source.slug}"]

    def statements() -> list[int]:
        found = []
        for one in paths:
            db.session.expire_all()
            with count_statements() as counted:
                assert organiser.get(path(event, one).rstrip("/")).status == 200
            found.append(len(counted))
        return found

    def grow(number: int) -> None:
        for asking, place in ((event, section), (source, twin)):
            decider = a_question(asking, QuestionKind.ONE_OF, section=place, options=["A", "B"])
            for _one in range(number):
                a_question(asking, section=place, only_if=(decider, ["a"]))
        db.session.commit()

    grow(8)
    few = statements()
    grow(88)

    assert statements() == few
