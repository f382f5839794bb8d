"""Letters to be signed: accessible, made of data only, checked by anybody and telling nothing."""

import io
from datetime import date, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from pypdf import PdfReader
from sqlalchemy import func, select, text

from ranevents.accounts.models import Role
from ranevents.core import clock, papers
from ranevents.core.audit import SYSTEM, AuditEntry
from ranevents.core.db import db, unit_of_work
from ranevents.core.salutations import salutation
from ranevents.events.models import Event
from ranevents.events.states import EventState
from ranevents.invitations import letter_queries, letter_rules, letter_service
from ranevents.invitations.letter_mails import Written
from ranevents.invitations.letter_models import LetterKind, OfficialLetter
from ranevents.invitations.states import InvitationState
from ranevents.mailing.delivery import drain
from ranevents.mailing.models import Attachment, MailQueue, Message
from ranevents.people.models import Person
from ranevents.privacy.jobs import purge_all
from ranevents.privacy.rules import DataKind
from ranevents.registrations.models import Registration
from ranevents.registrations.states import RegistrationState
from tests.builders import a_letter, a_person, a_registration, a_user, an_event, an_invitation
from tests.client import Client, Page
from tests.conftest import Clock
from tests.sink import Sink
from tests.statements import count_statements

HOSTILE = '#pagebreak() \\ ] [ " $x$ `raw` *bold* _it_ // end /* @ref <label> #{ {{ 7*7 }} <b>'


@pytest.fixture
def event(app: Flask) -> Event:
    return an_event()


@pytest.fixture
def registration(event: Event) -> Registration:
    registration = a_registration(event)
    db.session.commit()
    return registration


@pytest.fixture
def editor(app: Flask, event: Event) -> Client:
    user = a_user(Role.EDITOR, event)
    db.session.commit()
    return Client(app, user)


def page_of(event: Event, person: Person) -> str:
    return f"/organise/events/{event.slug}/letters/to/{person.id}"


VISA = {"kind": "visa", "signatory": "Елена Димитрова", "function": "Head of unit", "nationality": "Serbian",
        "passport": "SR 0123456", "born_on": "1980-05-17", "costs": "The organiser pays."}  # fmt: skip


def issue(client: Client, event: Event, person: Person, **said: str) -> Page:
    page = client.get(page_of(event, person))
    return client.submit(page, **{"signatory": "Elena Dimitrova", **said})


def the_letter() -> OfficialLetter:
    db.session.rollback()
    return db.session.scalars(select(OfficialLetter)).one()


def read(letter: OfficialLetter) -> PdfReader:
    return PdfReader(io.BytesIO(letter_queries.content(letter)))


def words(letter: OfficialLetter) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(letter).pages).split())


def written(**said: object) -> Written:
    told = {"kind": LetterKind.INVITATION, "language": "en", "place": "Sofia", "signatory": "Elena", "function": "",
            "first_on": date(2018, 4, 3), "last_on": date(2018, 4, 5), **said}  # fmt: skip
    return Written(**told)  # type: ignore[arg-type]


# The paper


@pytest.mark.parametrize("language", ["en", "fr", "de", "bg"])
def test_a_letter_is_an_accessible_pdf_in_its_language(registration: Registration, language: str) -> None:
    with unit_of_work():
        letter = letter_service.issue(
            registration.event, registration.person, written(language=language), submission_id="1", by=SYSTEM
        )
    reader = read(letter)
    root = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"].value
    assert root["/StructTreeRoot"] is not None
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    with force_locale(language):
        assert reader.metadata is not None
        assert reader.metadata.title == LetterKind.INVITATION.label
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()
    assert reader.metadata.creation_date == clock.now()
    assert len(reader.pages) == 1
    said = words(letter)
    assert "Maria Petrova (Мария Петрова)" in said
    assert letter.printed_reference in said
    assert "http://127.0.0.1:8000/letters" in said


def test_a_letter_for_a_visa_says_what_was_typed_for_it(
    editor: Client, event: Event, registration: Registration
) -> None:
    page = issue(editor, event, registration.person, **VISA)

    assert page.heading == "Letter to Maria Petrova"
    said = words(the_letter())
    for told in ("Serbian", "SR 0123456", "17 May 1980", "Елена Димитрова", "The organiser pays.", "consular"):
        assert told in said


def test_what_was_typed_for_a_visa_stands_in_the_pdf_alone(
    editor: Client, event: Event, registration: Registration
) -> None:
    issue(editor, event, registration.person, **VISA)

    found = [
        table
        for table in db.metadata.tables
        for row in db.session.execute(text(f'SELECT * FROM "{table}"')).all()
        if any(trace in str(row) for trace in ("0123456", "Serbian", "1980"))
    ]
    assert found == []


def test_what_a_letter_for_no_visa_need_not_say_is_refused(
    editor: Client, event: Event, registration: Registration
) -> None:
    page = issue(editor, event, registration.person, passport="SR 0123456")

    assert page.status == 422
    assert "Only a letter for a visa says this." in page.text
    assert db.session.scalar(select(func.count()).select_from(OfficialLetter)) == 0


@pytest.mark.parametrize("field", ["text", "costs", "signatory", "function", "place"])
def test_what_can_only_be_spelled_in_other_letters_is_refused_beside_the_field(
    editor: Client, event: Event, registration: Registration, field: str
) -> None:
    page = issue(editor, event, registration.person, **{field: "你好 till 😀"})

    assert page.status == 422
    assert "This can't be printed: 你 好 😀" in page.text
    assert db.session.scalar(select(func.count()).select_from(OfficialLetter)) == 0


def test_whatever_is_typed_stays_text(editor: Client, event: Event, registration: Registration) -> None:
    registration.person.organisation = HOSTILE
    db.session.commit()

    page = issue(editor, event, registration.person, text=HOSTILE, costs=HOSTILE, signatory=HOSTILE, function=HOSTILE)

    assert page.status == 200
    letter = the_letter()
    assert words(letter).count(HOSTILE) == 6  # the organisation stands there twice
    assert len(read(letter).pages) == 1


@pytest.mark.parametrize(
    "name",
    ["Θεόδωρος Παπαδόπουλος", "ქეთევან ბერიძე", "محمد", "北京", "😀", "Ѓорѓи Ќосев", "Ћирић Ђорђе", "Ştefan Țîrlea", "a\u0301\u0323", "Օհան", "\u2028x"],
)  # fmt: skip
def test_a_name_in_any_script_makes_a_letter(registration: Registration, name: str) -> None:
    registration.person.given_name, registration.person.family_name, registration.person.organisation = name, "", name
    db.session.commit()

    with unit_of_work():
        letter = letter_service.issue(registration.event, registration.person, written(), submission_id="1", by=SYSTEM)

    assert "Maria Petrova" in words(letter)
    if papers.spelled(name) == name and name.isprintable() and "\u0323" not in name:
        assert f"Maria Petrova ({name})" in words(letter)


def test_what_the_fonts_lack_is_spelled_in_latin_letters() -> None:
    assert papers.spelled("Ћирић Ёж Ωμέγα Łódź – „“ № €") == "Ћирић Ёж Ωμέγα Łódź – „“ № €"
    assert papers.spelled("ქართული") == "kartuli"


def test_a_form_that_is_sent_twice_makes_one_letter(editor: Client, event: Event, registration: Registration) -> None:
    page = editor.get(page_of(event, registration.person))

    first = editor.submit(page, signatory="Elena")
    second = editor.submit(page, signatory="Elena")

    assert first.response.request.path == second.response.request.path
    assert the_letter().reference


def test_the_next_letter_is_signed_by_the_same_unless_told_otherwise(
    editor: Client, event: Event, registration: Registration
) -> None:
    other = a_registration(event).person
    db.session.commit()
    issue(editor, event, registration.person, signatory="Елена Димитрова", function="Началник", place="Варна")

    page = editor.get(page_of(event, other))

    fields = page.forms[-1]["fields"]
    assert [fields[name] for name in ("signatory", "function", "place")] == ["Елена Димитрова", "Началник", "Варна"]
    assert fields["passport"] == ""


# To whom


@pytest.mark.parametrize(
    ("state", "may"), [(InvitationState.SENT, True), (InvitationState.DRAFT, False), (InvitationState.DECLINED, False)]
)
def test_a_letter_is_for_those_who_are_expected(
    editor: Client, event: Event, state: InvitationState, may: bool
) -> None:
    person = an_invitation(event, state=state).person
    foreign = a_registration(an_event()).person
    db.session.commit()

    assert editor.get(page_of(event, person)).status == (200 if may else 404)
    assert editor.get(page_of(event, foreign)).status == 404


def test_the_person_takes_their_own_letter_and_no_other(app: Flask, registration: Registration) -> None:
    mine = a_letter(registration.event, registration.person, sent_at=clock.now())
    other = a_letter(registration.event, a_person(), sent_at=clock.now(), reference="X" * 12)
    unsent = a_letter(registration.event, registration.person, reference="Y" * 12)
    db.session.commit()
    behind = f"/r/{registration.link.sign()}/letters"

    answer = Client(app).get(f"{behind}/{mine.id}").response

    assert (answer.mimetype, answer.data) == ("application/pdf", b"%PDF-")
    assert answer.headers["Cache-Control"] == "no-store"
    assert Client(app).get(f"{behind}/{other.id}").status == 404
    assert Client(app).get(f"{behind}/{unsent.id}").status == 404


def test_whoever_is_invited_takes_their_own_letter_and_no_other(app: Flask, event: Event) -> None:
    invitation = an_invitation(event, state=InvitationState.SENT)
    mine = a_letter(event, invitation.person, sent_at=clock.now())
    withdrawn = a_letter(event, invitation.person, sent_at=clock.now(), withdrawn_at=clock.now(), reference="M" * 12)
    others = [
        a_letter(event, a_person(), reference="X" * 12),
        a_letter(an_event(), invitation.person, reference="Y" * 12),
    ]
    db.session.commit()
    behind = f"/i/{invitation.link.sign()}"

    page = Client(app).get(behind)
    answer = Client(app).get(f"{behind}/letter/{mine.id}").response

    assert f"/letter/{mine.id}" in page.html
    assert f"/letter/{withdrawn.id}" not in page.html
    assert (answer.mimetype, answer.data) == ("application/pdf", b"%PDF-")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Content-Disposition"] == "attachment; filename=letter-of-invitation.pdf"
    assert f"/letter/{mine.id}" in Client(app).get(f"{behind}/data").html
    for other in others:
        assert Client(app).get(f"{behind}/letter/{other.id}").status == 404
    assert Client(app).get(f"/i/{'x' * 40}/letter/{mine.id}").status == 404


@pytest.mark.parametrize(
    ("form_of_address", "line"),
    [
        ("Ms", "Уважаема Анна Илиева,"),
        ("г-н", "Уважаеми Анна Илиева,"),
        ("Prof. Dr", "Уважаеми/уважаема Анна Илиева,"),
        ("", "Уважаеми/уважаема Анна Илиева,"),
    ],
)
def test_a_letter_addresses_its_reader_formally(app: Flask, form_of_address: str, line: str) -> None:
    with app.test_request_context(), force_locale("bg"):
        assert salutation("Анна Илиева", form_of_address) == line


# By mail


def test_a_letter_goes_out_once_attached_to_a_mail(
    editor: Client, event: Event, registration: Registration, sink: Sink
) -> None:
    registration.person.language = "bg"
    db.session.commit()
    issue(editor, event, registration.person)
    letter = the_letter()

    sent = editor.post(f"/organise/events/{event.slug}/letters/{letter.id}/send")
    again = editor.post(f"/organise/events/{event.slug}/letters/{letter.id}/send")
    drain(MailQueue.PROMPT)

    assert "The letter is on its way to" in sent.text
    assert "Send it to" not in again.text
    [mail] = sink.mails
    assert "писмо-покана" in str(mail["Subject"])
    [file] = list(mail.iter_attachments())
    assert (file.get_content_type(), file.get_filename()) == ("application/pdf", "letter-of-invitation.pdf")
    assert file.get_content() == letter_queries.content(the_letter())
    assert letter.printed_reference in mail.get_body(("plain",)).get_content()


def test_a_mail_is_sent_again_with_its_file_and_not_without(
    editor: Client, event: Event, registration: Registration, sink: Sink
) -> None:
    issue(editor, event, registration.person)
    editor.post(f"/organise/events/{event.slug}/letters/{the_letter().id}/send")
    drain(MailQueue.PROMPT)
    message = db.session.scalars(select(Message)).one()
    log = f"/organise/events/{event.slug}/mails/{message.id}"

    editor.submit(editor.get(log))
    drain(MailQueue.PROMPT)
    with unit_of_work():
        letter_service.forget_contents(db.session.get_one(Event, event.id), [the_letter().id])
    later = editor.get(log)

    assert [len(list(mail.iter_attachments())) for mail in sink.mails] == [1, 1]
    assert sink.mails[0].get_payload()[1].get_payload() == sink.mails[1].get_payload()[1].get_payload()
    assert "letter-of-invitation.pdf (no longer kept)" in later.text
    assert "the file that went with it is no longer kept" in later.text


# Checked by anybody


def check(app: Flask, typed: str) -> Page:
    client = Client(app)
    return client.submit(client.get("/letters"), reference=typed)


@pytest.mark.parametrize("typed", ["ABCDEFGHJKLM", "abcd-efgh-jklm", " ABCD EFGH JKLM ", "ABCD–EFGH–JKLM"])
def test_whoever_holds_a_letter_learns_that_it_is_genuine_and_nothing_about_the_person(
    app: Flask, registration: Registration, typed: str
) -> None:
    a_letter(registration.event, registration.person, reference="ABCDEFGHJKLM")
    db.session.commit()

    page = check(app, typed)

    assert "This letter is genuine." in page.text
    assert "issued by Ministry of Interior on 1 March 2018 for an event in Sofia (Bulgaria): 4 April 2018." in page.text
    for told in ("Maria", "Petrova", "Мария", "Plovdiv", registration.reference, "Elena"):
        assert told not in page.html


@pytest.mark.parametrize("typed", ["ABCDEFGHJKLN", "ABCD", "<script>", "%", "A" * 60, "'; --", "\u202eABCD"])
def test_a_reference_that_is_none_of_ours_is_answered_plainly(
    app: Flask, registration: Registration, typed: str
) -> None:
    a_letter(registration.event, registration.person, reference="ABCDEFGHJKLM")
    db.session.commit()

    page = check(app, typed)

    assert page.status == 200
    assert "We know no letter with this reference." in page.text


def test_a_withdrawn_letter_says_so(app: Flask, editor: Client, event: Event, registration: Registration) -> None:
    issue(editor, event, registration.person)
    letter = the_letter()

    editor.post(f"/organise/events/{event.slug}/letters/{letter.id}/withdraw")
    answer = check(app, letter.reference)

    assert "This letter was withdrawn on 1 March 2018. It no longer holds." in answer.text
    assert "genuine" not in answer.html.partition("<form")[0].rpartition('role="status"')[2].partition("</div>")[0]
    steps = [(entry.record_type, entry.step) for entry in db.session.scalars(select(AuditEntry))]
    assert steps == [("letters", "issue"), ("letters", "withdraw")]


def test_a_letter_holds_no_longer_where_the_person_is_not_expected(app: Flask, registration: Registration) -> None:
    letter = a_letter(registration.event, registration.person)
    registration.state = RegistrationState.CANCELLED
    db.session.commit()

    assert "This letter no longer holds." in check(app, letter.reference).text


def test_a_letter_holds_no_longer_where_the_event_is_cancelled(app: Flask, registration: Registration) -> None:
    letter = a_letter(registration.event, registration.person)
    registration.event.state = EventState.CANCELLED
    db.session.commit()

    assert "This letter no longer holds." in check(app, letter.reference).text


def test_after_the_event_a_letter_was_genuine(app: Flask, registration: Registration) -> None:
    at, ends_at = clock.now(), registration.event.ends_at
    told = {"is_withdrawn": False, "is_expected": False, "ends_at": ends_at}

    assert letter_rules.standing(**told, at=at).value == "no_longer_holds"
    assert letter_rules.standing(**told, at=ends_at + timedelta(seconds=1)).value == "holds"


def test_whoever_tries_many_references_is_slowed_down(
    app: Flask, registration: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LIMIT_UNKNOWN_LINKS", "2 per minute")
    letter = a_letter(registration.event, registration.person)
    db.session.commit()

    answers = [check(app, typed).status for typed in ("ABCD", "EFGH", letter.reference)]

    assert answers == [200, 200, 429]


# Forgotten


def test_of_an_erased_person_the_reference_alone_is_left(app: Flask, registration: Registration) -> None:
    letter = a_letter(registration.event, registration.person)
    db.session.commit()

    with unit_of_work():
        letter_service.forget(registration.event, registration.person, by=SYSTEM)

    left = the_letter()
    assert (left.content, left.signatory, left.place) == (None, "", "")
    assert "It no longer holds." in check(app, letter.reference).text


# The list


def test_the_list_takes_as_many_statements_for_ten_letters_as_for_many(
    app: Flask, editor: Client, event: Event, registration: Registration
) -> None:
    counted = []
    for number in (10, 60):
        for _nth in range(number):
            a_letter(event, a_person())
        db.session.commit()
        with count_statements() as statements:
            page = editor.get(f"/organise/events/{event.slug}/letters")
        counted.append(len(statements))
        assert page.status == 200

    assert counted[0] == counted[1]


def test_the_pdf_and_its_copies_go_with_the_events_special_data(
    editor: Client, event: Event, registration: Registration, sink: Sink, moment: Clock
) -> None:
    issue(editor, event, registration.person)
    editor.post(f"/organise/events/{event.slug}/letters/{the_letter().id}/send")
    drain(MailQueue.PROMPT)
    db.session.rollback()

    moment.move(days=(event.last_on - moment().date()).days + event.special_kept_days)
    before = purge_all()
    moment.move(days=1)
    gone = purge_all()

    assert before.get((event.slug, DataKind.LETTERS)) is None
    assert gone[event.slug, DataKind.LETTERS] == 1
    assert the_letter().forgotten_at == clock.now()
    assert db.session.scalars(select(Attachment.content)).all() == [None]
    assert purge_all() == {}
