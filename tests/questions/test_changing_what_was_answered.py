"""Changing a question after people have answered it never loses or falsifies an answer."""

from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.questions.details import Option, QuestionKind, Sensitivity
from tests.builders import a_question
from tests.client import Client
from tests.questions.composing import answer, edit, path, question, versions


def test_a_changed_wording_is_a_new_version_and_the_answer_keeps_the_one_it_was_given_to(
    organiser: Client, event: Event
) -> None:
    one = a_question(event, labels={"en": "Do you like fish?"})
    given = answer(one, "Yes")

    edit(organiser, one, label_en="Do you dislike fish?")

    assert [version.labels["en"] for version in versions(one)] == ["Do you like fish?", "Do you dislike fish?"]
    db.session.refresh(given)
    assert (given.value, given.version.labels["en"]) == ("Yes", "Do you like fish?")


def test_renaming_moving_and_removing_an_option_keeps_every_key(organiser: Client, event: Event) -> None:
    food = a_question(event, QuestionKind.ONE_OF, labels={"en": "Food?"}, options=["Meat", "Fish", "None"])
    given = answer(food, "meat")

    edit(organiser, food, option_0_en="", option_1_en="Fish of the day", option_1_place="9", option_3_en="Halal")

    options = question(event, "Food?").details.options
    assert options[0] == Option("none", {"en": "None"})
    assert options[-1].labels == {"en": "Halal"} or options[-1] == Option("fish", {"en": "Fish of the day"})
    assert {one.labels["en"]: one.key for one in options}["Fish of the day"] == "fish"
    assert {one.labels["en"]: one.key for one in options}["Halal"] not in ("meat", "fish", "none", "")
    db.session.refresh(given)
    assert {one["key"]: one["labels"]["en"] for one in given.version.options}[given.value] == "Meat"


def test_a_key_that_we_never_gave_is_replaced_by_one_of_ours(organiser: Client, event: Event) -> None:
    food = a_question(event, QuestionKind.ONE_OF, labels={"en": "Food?"}, options=["Meat", "Fish"])
    db.session.commit()

    edit(organiser, food, option_0_key="fish", option_2_key="planted", option_2_en="Halal")

    keys = [one.key for one in question(event, "Food?").details.options]
    assert len(set(keys)) == 3
    assert "planted" not in keys


def test_what_is_asked_of_whom_is_no_new_version(organiser: Client, event: Event) -> None:
    one = a_question(event, labels={"en": "A"})
    answer(one, "x")

    edit(organiser, one, is_required="y", capacities="speaker", kept_days="30")

    assert len(versions(one)) == 1
    assert (one.is_required, one.capacities, one.kept_days) == (True, ["speaker"], 30)


def test_the_kind_of_an_answered_question_stays_and_the_page_says_what_to_do(organiser: Client, event: Event) -> None:
    one = a_question(event, labels={"en": "A"})
    db.session.commit()
    before = organiser.get(path(event, one.id))
    answer(one, "x")

    refused = organiser.submit(before, kind="number")
    page = organiser.get(path(event, one.id))

    assert refused.status == 422 or question(event, "A").now.kind is QuestionKind.SHORT_TEXT
    assert question(event, "A").now.kind is QuestionKind.SHORT_TEXT
    assert "take it out of the form and add a new one" in page.text
    assert 'name="kind"' not in page.html


def test_special_stays_special_and_time_is_only_shortened(organiser: Client, event: Event) -> None:
    one = a_question(
        event,
        labels={"en": "Allergies?"},
        purposes={"en": "The kitchen."},
        sensitivity=Sensitivity.SPECIAL,
        kept_days=20,
    )
    answer(one, "x")

    lowered = edit(organiser, one, sensitivity="ordinary", kept_days="20")
    longer = edit(organiser, one, kept_days="30")
    edit(organiser, one, kept_days="10")

    assert "trusting that their answers are treated as special data" in lowered.text
    assert "kept for 20 days. You can only shorten this." in longer.text
    assert (question(event, "Allergies?").kept_days, len(versions(one))) == (10, 1)


def test_two_organisers_do_not_overwrite_each_other_unawares(organiser: Client, event: Event) -> None:
    one = a_question(event, labels={"en": "A"})
    db.session.commit()
    page = organiser.get(path(event, one.id))
    edit(organiser, one, label_en="Theirs")

    conflict = organiser.submit(page, label_en="Mine")

    assert conflict.status == 422
    assert "Somebody else has saved this while you were editing it." in conflict.text
    assert "It differs from theirs in: Question (English)." in conflict.text
    assert 'value="Mine"' in conflict.html
    organiser.submit(conflict)
    assert question(event, "Mine").version == 3


def test_what_was_deleted_meanwhile_is_told(organiser: Client, event: Event) -> None:
    one = a_question(event, labels={"en": "A"})
    db.session.commit()
    page = organiser.get(path(event, one.id))
    organiser.post(path(event, one.id, "take-out"))

    assert organiser.submit(page, label_en="B").status == 404


def test_answers_to_what_becomes_special_are_encrypted_with_the_change(organiser: Client, event: Event) -> None:
    one = a_question(event, labels={"en": "Allergies?"}, kept_days=20)
    given = answer(one, "Nuts")

    edit(organiser, one, sensitivity="special", purpose_en="The kitchen.")

    db.session.rollback()
    db.session.refresh(given, ["value", "secret"])
    assert (given.value, given.secret) == (None, '"Nuts"')
    assert question(event, "Allergies?").now.sensitivity is Sensitivity.SPECIAL
