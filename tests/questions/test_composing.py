"""Composing a form: sections, questions, their order, what depends on what."""

import pytest
from werkzeug.datastructures import MultiDict

from ranevents.core.audit import history
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.events.states import EventState
from ranevents.questions.details import Condition, Option, QuestionDetails, QuestionKind, Sensitivity
from tests.builders import a_question, a_section, an_event
from tests.client import Client, Page
from tests.questions.composing import answer, edit, form_of, path, question, versions


def test_a_section_is_added_and_the_same_form_sent_twice_adds_one(organiser: Client, event: Event) -> None:
    page = organiser.get(path(event, "sections", "new"))

    for _time in range(2):
        shown = organiser.submit(page, title_bg="Престой", introduction_bg="Кажете ни.")

    assert form_of(event) == [("Престой", [])]
    assert "Not yet written in: English, German, French" in shown.text


def test_a_section_needs_a_title(organiser: Client, event: Event) -> None:
    page = organiser.submit(organiser.get(path(event, "sections", "new")), introduction_en="Tell us.")

    assert page.status == 422
    assert "Please write the title in at least one language." in page.text
    assert "Tell us." in page.html


def test_a_question_is_added_and_the_same_form_sent_twice_adds_one(organiser: Client, event: Event) -> None:
    section = a_section(event)
    db.session.commit()
    page = organiser.get(path(event, "sections", section.id, "new"))

    for _time in range(2):
        organiser.submit(page, label_en="Your T-shirt size?", is_required="y", capacities="speaker")

    assert form_of(event) == [("Your stay", ["Your T-shirt size?"])]
    assert question(event, "Your T-shirt size?").details == QuestionDetails(
        kind=QuestionKind.SHORT_TEXT,
        labels={"en": "Your T-shirt size?"},
        hints={},
        purposes={},
        options=(),
        lowest="",
        highest="",
        decimals=0,
        is_required=True,
        capacities=("speaker",),
        condition=None,
        sensitivity=Sensitivity.ORDINARY,
        kept_days=365,
    )


def test_showing_the_fields_of_another_kind_keeps_what_was_typed_and_saves_nothing(
    organiser: Client, event: Event
) -> None:
    section = a_section(event)
    db.session.commit()
    address = path(event, "sections", section.id, "new")

    page = organiser.submit(organiser.get(address), label_en="Which workshop?", kind="one_of", again="kind")
    more = organiser.submit(page, option_0_en="Prevention", more="1")

    assert (page.status, more.status) == (200, 200)
    assert 'value="Which workshop?"' in more.html
    assert 'value="Prevention"' in more.html
    assert 'name="option_8_en"' in more.html
    assert form_of(event) == [("Your stay", [])]

    organiser.submit(more, option_1_en="Policing", option_1_place="1", option_0_place="2")

    assert [one.labels for one in question(event, "Which workshop?").details.options] == [
        {"en": "Policing"},
        {"en": "Prevention"},
    ]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Please write the question in at least one language."),
        ({"label_en": "x" * 501}, "Please use 500 characters at most."),
        (
            {"label_en": "A", "kind": "one_of"},
            "Here are the fields for this kind of answer. Please fill them in.",
        ),
        ({"label_en": "A", "kind": "one_of", "rows": "4"}, "Please give at least two answers to choose from."),
        ({"label_en": "A", "kind": "nothing"}, "Please choose among these kinds."),
        ({"label_en": "A", "sensitivity": "special"}, "Please say why you ask for special data"),
        ({"label_en": "A", "kept_days": "0"}, "Please give a number of days from 1 to 3650."),
        ({"label_en": "A", "kept_days": "x"}, "Please give a whole number, in digits."),
        (
            {"label_en": "A", "purpose_en": "B", "sensitivity": "special", "kept_days": "31"},
            "Please give a number of days from 1 to 30.",
        ),
        ({"label_en": "A", "kind": "number", "lowest": "x"}, "Please give a number, in digits."),
        ({"label_en": "A", "kind": "number", "lowest": "1.5"}, "This has more digits after the point"),
        ({"label_en": "A", "kind": "number", "lowest": "2", "highest": "1"}, "a number that is not below the lowest"),
        ({"label_en": "A", "kind": "number", "decimals": "7"}, "Please give a number from 0 to 6."),
        ({"label_en": "A", "kind": "date", "earliest": "2018-02-30"}, "Please give a day that exists"),
        (
            {"label_en": "A", "kind": "date", "earliest": "2018-04-02", "latest": "2018-04-01"},
            "Please give a day that is not before the earliest.",
        ),
        ({"label_en": "A", "kind": "file", "megabytes": "11"}, "Please give a number of megabytes from 1 to 10."),
        (
            {"label_en": "A", "kind": "one_of", "rows": "4", "option_0_en": "Yes", "option_3_en": "YES"},
            "“YES” stands here twice.",
        ),
    ],
)
def test_what_is_no_question_is_told_beside_its_field(
    organiser: Client, event: Event, fields: dict[str, str], told: str
) -> None:
    section = a_section(event)
    db.session.commit()

    page = organiser.submit(organiser.get(path(event, "sections", section.id, "new")), **fields)

    assert page.status == 422
    assert told in page.text.split("What is asked")[1], "beside the field, not only in the summary"
    assert form_of(event) == [("Your stay", [])]


def test_answers_that_were_never_shown_are_shown_before_one_is_missed(organiser: Client, event: Event) -> None:
    hotel = a_question(event, QuestionKind.YES_NO, labels={"en": "Hotel?"})
    db.session.commit()
    page = organiser.get(path(event, "sections", hotel.section_id, "new"))

    first = organiser.submit(page, label_en="Nights?", condition_question=str(hotel.id))
    second = organiser.submit(first)

    assert "Here are the answers to that question. Please choose those on which this one is asked." in first.text
    assert "Please choose the answers on which this question is asked." in second.text
    assert "Here are the answers" not in second.text


def test_everything_can_be_written_in_each_language_of_the_site_ones_own_first(organiser: Client, event: Event) -> None:
    one = a_question(event, labels={"en": "Nights?"})
    db.session.commit()

    page = organiser.get(path(event, one.id) + "?lang=fr")
    edit(organiser, one, label_en="", label_fr="Nuits ?")
    section = organiser.get(path(event, "sections", "new") + "?lang=de")

    assert _order(page, "label_") == ["fr", "en", "bg", "de"]
    assert _order(section, "title_") == ["de", "en", "bg", "fr"]
    assert question(event, "Nuits ?").details.labels == {"fr": "Nuits ?"}


def test_one_language_is_enough_for_what_is_needed_and_says_so(organiser: Client, event: Event) -> None:
    one = a_question(event, QuestionKind.ONE_OF, labels={"en": "Food?"}, options=["Meat", "Fish"])
    db.session.commit()

    page = organiser.get(path(event, one.id)).text

    assert "Question (German) (one language is enough)" in page
    assert "Answer 2 (German) (one language is enough)" in page
    assert "Answer 3 (German) (optional)" in page
    assert "Hint (German) (optional)" in page


def test_only_what_readers_would_miss_counts_as_not_yet_written(organiser: Client, event: Event) -> None:
    every = dict.fromkeys(("bg", "de", "en", "fr"), "Nights?")
    one = a_question(event, labels=every, hints={"en": "At most five"}, purposes={"en": "To book"})
    one.section.titles, one.section.introductions = every, {"en": "Tell us."}
    db.session.commit()

    assert "Not yet written in" not in organiser.get(path(event)).text


def _order(page: Page, name: str) -> list[str]:
    fields = next(form["fields"] for form in page.forms if "seen" in form["fields"])
    return [one.removeprefix(name) for one in fields if one.startswith(name)]


def test_a_question_may_depend_on_the_answer_to_an_earlier_one(organiser: Client, event: Event) -> None:
    hotel = a_question(event, QuestionKind.YES_NO, labels={"en": "Do you need a hotel?"})
    nights = a_question(event, QuestionKind.NUMBER, labels={"en": "How many nights?"})
    db.session.commit()

    half = edit(organiser, nights, condition_question=str(hotel.id))
    organiser.submit(half, form=-2, condition_values="yes")

    assert half.status == 422
    assert "Here are the answers to that question." in half.text
    assert question(event, "How many nights?").condition == Condition(hotel.id, ("yes",))
    assert "Asked where “Do you need a hotel?” is answered with: Yes" in organiser.get(path(event)).text


def test_questions_move_within_their_section_and_across(organiser: Client, event: Event) -> None:
    first, second = a_section(event, titles={"en": "One"}), a_section(event, titles={"en": "Two"})
    a, b, c = (
        a_question(event, section=section, labels={"en": label})
        for section, label in ((first, "A"), (first, "B"), (second, "C"))
    )
    db.session.commit()

    organiser.post(path(event, b.id, "move"), direction="up")
    assert form_of(event) == [("One", ["B", "A"]), ("Two", ["C"])]
    organiser.post(path(event, a.id, "move"), direction="down")
    assert form_of(event) == [("One", ["B"]), ("Two", ["A", "C"])]
    organiser.post(path(event, c.id, "move"), direction="up")
    organiser.post(path(event, c.id, "move"), direction="up")
    assert form_of(event) == [("One", ["B", "C"]), ("Two", ["A"])]
    organiser.post(path(event, b.id, "move"), section=str(second.id))
    assert form_of(event) == [("One", ["C"]), ("Two", ["A", "B"])]
    organiser.post(path(event, c.id, "move"), direction="up")
    organiser.post(path(event, "sections", second.id, "move"), direction="up")
    assert form_of(event) == [("Two", ["A", "B"]), ("One", ["C"])]


@pytest.mark.parametrize("sent", [{}, {"direction": "aside"}, {"section": "x"}, {"section": "٣"}])
def test_a_move_to_nowhere_is_refused(organiser: Client, event: Event, sent: dict[str, str]) -> None:
    one = a_question(event)
    db.session.commit()

    page = organiser.post(path(event, one.id, "move"), **sent)

    assert page.status == 409


def test_what_depends_on_another_question_stays_behind_it(organiser: Client, event: Event) -> None:
    first, second = a_section(event, titles={"en": "One"}), a_section(event, titles={"en": "Two"})
    hotel = a_question(event, QuestionKind.YES_NO, section=first, labels={"en": "Hotel?"})
    nights = a_question(event, section=first, labels={"en": "Nights?"}, only_if=(hotel, ["yes"]))
    db.session.commit()
    before = form_of(event)

    answers = [
        organiser.post(path(event, nights.id, "move"), direction="up"),
        organiser.post(path(event, hotel.id, "move"), direction="down"),
        organiser.post(path(event, hotel.id, "move"), section=str(second.id)),
    ]

    assert {page.status for page in answers} == {409}
    assert all("“Nights?” is asked depending on “Hotel?”, so it must stand after it." in page.text for page in answers)
    assert form_of(event) == before


def test_a_section_does_not_pass_the_one_that_its_questions_depend_on(organiser: Client, event: Event) -> None:
    hotel = a_question(event, QuestionKind.YES_NO, labels={"en": "Hotel?"})
    nights = a_question(event, labels={"en": "Nights?"}, only_if=(hotel, ["yes"]))
    db.session.commit()

    page = organiser.post(path(event, "sections", nights.section_id, "move"), direction="up")

    assert page.status == 409
    assert "“Nights?” is asked depending on “Hotel?”" in page.text


def test_a_question_on_which_others_depend_is_not_taken_out(organiser: Client, event: Event) -> None:
    hotel = a_question(event, QuestionKind.YES_NO, labels={"en": "Hotel?"})
    a_question(event, labels={"en": "Nights?"}, only_if=(hotel, ["yes"]))
    db.session.commit()

    page = organiser.post(path(event, hotel.id, "take-out"))

    assert page.status == 422
    assert "Other questions depend on this one: “Nights?”. Please change those first." in page.text


def test_an_answer_on_which_others_depend_is_not_taken_away(organiser: Client, event: Event) -> None:
    food = a_question(event, QuestionKind.ONE_OF, labels={"en": "Food?"}, options=["Meat", "Fish", "None"])
    a_question(event, labels={"en": "Which fish?"}, only_if=(food, ["fish"]))
    db.session.commit()

    page = edit(organiser, food, option_1_en="")

    assert page.status == 422
    assert "Other questions are asked depending on an answer that you take away: “Which fish?”." in page.text
    assert len(versions(food)) == 1


def test_taking_out_is_asked_first_and_says_what_becomes_of_the_question(organiser: Client, event: Event) -> None:
    unanswered, answered = a_question(event, labels={"en": "A"}), a_question(event, labels={"en": "B"})
    answer(answered, "yes, please")

    pages = [organiser.get(path(event, one.id, "take-out")) for one in (unanswered, answered)]

    assert "Nobody has answered it yet, so it is deleted with all its texts." in pages[0].text
    assert "It is no longer asked. 1 answer is kept, and you can ask it again." in pages[1].text
    assert form_of(event) == [("Your stay", ["A"]), ("Your stay", ["B"])]


def test_a_question_that_nobody_answered_is_deleted(organiser: Client, event: Event) -> None:
    one = a_question(event, labels={"en": "A"})
    db.session.commit()

    organiser.post(path(event, one.id, "take-out"))

    assert form_of(event) == [("Your stay", [])]
    assert organiser.get(path(event, one.id)).status == 404


def test_a_question_that_was_answered_is_no_longer_asked_and_can_be_asked_again(
    organiser: Client, event: Event
) -> None:
    one = a_question(event, labels={"en": "A"})
    given = answer(one, "yes, please")

    page = organiser.post(path(event, one.id, "take-out"))

    assert "1 answer is kept." in page.text
    assert "No longer asked" in page.text
    assert form_of(event) == [("Your stay", [])]
    db.session.refresh(given)
    assert given.value == "yes, please"
    organiser.post(path(event, one.id, "ask-again"))
    assert form_of(event) == [("Your stay", ["A"])]


def test_what_depends_on_a_question_taken_out_is_not_asked_again_before_that_one(
    organiser: Client, event: Event
) -> None:
    hotel = a_question(event, QuestionKind.YES_NO, labels={"en": "Hotel?"})
    nights = a_question(event, labels={"en": "Nights?"}, only_if=(hotel, ["yes"]))
    answer(nights, "2")

    organiser.post(path(event, nights.id, "take-out"))
    organiser.post(path(event, hotel.id, "take-out"))
    refused = organiser.post(path(event, nights.id, "ask-again"))

    assert refused.status == 409
    assert "This question depends on “Hotel?”, which is not asked before it." in refused.text
    organiser.post(path(event, hotel.id, "ask-again"))
    organiser.post(path(event, nights.id, "ask-again"))
    assert form_of(event) == [("Your stay", ["Hotel?"]), ("Your stay", ["Nights?"])]


def test_a_section_is_removed_once_it_is_empty(organiser: Client, event: Event) -> None:
    kept, other = a_section(event, titles={"en": "One"}), a_section(event, titles={"en": "Two"})
    one = a_question(event, section=kept, labels={"en": "A"})
    answer(one, "x")
    address = path(event, "sections", kept.id, "remove")

    assert "This section has questions." in organiser.post(address).text
    organiser.post(path(event, one.id, "take-out"))
    organiser.post(address)

    assert form_of(event) == [("Two", [])]
    assert question(event, "A").section_id == other.id
    assert (
        "This section keeps questions that were answered."
        in organiser.post(path(event, "sections", other.id, "remove")).text
    )


def test_a_form_has_a_hundred_questions_at_most(organiser: Client, event: Event) -> None:
    section = a_section(event)
    for _number in range(100):
        a_question(event, section=section)
    db.session.commit()

    page = organiser.submit(organiser.get(path(event, "sections", section.id, "new")), label_en="One more")

    assert page.status == 422
    assert "A form has 100 questions at most." in page.text


def test_a_question_offers_sixty_answers_at_most(organiser: Client, event: Event) -> None:
    food = a_question(event, QuestionKind.SEVERAL_OF, options=[f"Dish {n}" for n in range(60)])
    db.session.commit()

    page = edit(organiser, food, rows="99", more="1")

    assert 'name="option_59_en"' in page.html
    assert 'name="option_60_en"' not in page.html


@pytest.mark.parametrize("state", [EventState.CANCELLED, EventState.ARCHIVED])
def test_the_form_of_an_event_that_is_over_and_done_stays_as_it_is(
    organiser: Client, event: Event, state: EventState
) -> None:
    one = a_question(event, labels={"en": "A"})
    page = None
    db.session.commit()
    page = organiser.get(path(event, one.id))
    db.session.connection().exec_driver_sql(f"UPDATE events SET state = '{state}' WHERE id = {event.id}")
    db.session.commit()

    saved = organiser.submit(page, label_en="B")
    taken = organiser.post(path(event, one.id, "take-out"))

    assert saved.status == 422
    assert "can't be changed any more" in saved.text
    assert taken.status == 422
    assert form_of(event) == [("Your stay", ["A"])]
    assert "Take out" not in organiser.get(path(event)).text


def test_a_reader_sees_the_form_and_no_buttons(reader: Client, event: Event) -> None:
    a_question(event, labels={"bg": "Какво ядете?"})
    db.session.commit()

    page = reader.get(path(event))

    assert '<span lang="bg">Какво ядете?</span>' in page.html
    assert "New question" not in page.text


def test_everything_that_is_done_stands_in_the_trail(organiser: Client, event: Event) -> None:
    section = a_section(event)
    first = a_question(event, section=section, labels={"en": "A"})
    second = a_question(event, section=section, labels={"en": "B"})
    db.session.commit()

    edit(organiser, second, label_en="C", is_required="y")
    organiser.post(path(event, second.id, "move"), direction="up")
    organiser.post(path(event, first.id, "take-out"))

    db.session.rollback()
    told = [(entry.step, entry.details) for one in (second, first) for entry in history(one)]
    assert told == [
        ("edit", {"label": "C", "fields": "labels, is_required"}),
        ("move", {"label": "C"}),
        ("take_out", {"label": "A"}),
    ]


def test_two_languages_are_composed_side_by_side(organiser: Client, event: Event) -> None:
    one = a_question(event, QuestionKind.ONE_OF, labels={"bg": "Храна?"}, options=["Meat", "Fish"])
    db.session.commit()

    edit(organiser, one, label_en="Food?")

    details = question(event, "Food?").details
    assert details.labels == {"bg": "Храна?", "en": "Food?"}
    assert details.options == (Option("meat", {"en": "Meat"}), Option("fish", {"en": "Fish"}))


def test_questions_of_another_event_are_not_found(organiser: Client, event: Event) -> None:
    foreign = a_question(an_event())
    db.session.commit()

    assert organiser.get(path(event, foreign.id)).status == 404
    assert organiser.post(path(event, foreign.id, "move"), direction="up").status == 404


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "\x00", "sensitivity": "\x00", "rows": "٣٣", "option_0_place": "9" * 5000},
        {"kind": "number", "decimals": "9" * 50, "lowest": "1e999999999", "highest": "NaN"},
        {"kind": "date", "earliest": "0000-00-00", "latest": "9999-12-31"},
        {"kind": "one_of", "rows": "60", "option_0_key": "x" * 5000, "option_59_place": "-9"},
        {"kept_days": "-99999999999999999999", "condition_question": "9" * 30, "condition_values": "\ud800"},
    ],
)
def test_whatever_is_sent_is_answered_with_words(organiser: Client, event: Event, body: dict[str, str]) -> None:
    decider = a_question(event, QuestionKind.YES_NO)
    db.session.commit()
    safe = {name: value.encode("utf-8", "replace").decode() for name, value in body.items()}

    page = organiser.submit(organiser.get(path(event, "sections", decider.section_id, "new")), **safe)

    assert page.status == 422


def test_unticking_everybody_asks_everybody(organiser: Client, event: Event) -> None:
    one = a_question(event, capacities=["speaker"])
    db.session.commit()
    page = organiser.get(path(event, one.id))

    fields = MultiDict({**page.forms[-1]["fields"], "label_en": "A"})
    fields.setlist("capacities", ["participant", "speaker", "observer", "focal_point"])
    organiser.http.post(path(event, one.id), data=fields)

    assert question(event, "A").capacities == []
