"""What stands in a letter, and the mail that it goes with. Both are in a language of their own."""

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

import segno
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from ranevents.core import countries, papers
from ranevents.core.salutations import salutation
from ranevents.events import times
from ranevents.events.models import Event
from ranevents.invitations.letter_models import LetterKind, OfficialLetter
from ranevents.invitations.letter_rules import paragraphs
from ranevents.mailing import outbox
from ranevents.mailing.outbox import Enclosure, Letter
from ranevents.people.models import Person

FILE_NAME = "letter-of-invitation.pdf"
PDF = "application/pdf"


@dataclass(frozen=True)
class Written:
    """What an organiser says in a letter; the last three only for a visa, and they are kept nowhere but in the PDF."""

    kind: LetterKind
    language: str
    place: str
    signatory: str
    function: str
    first_on: date
    last_on: date
    costs: str = ""
    text: str = ""
    nationality: str = ""
    passport: str = ""
    born_on: date | None = None


def check_address(letter: OfficialLetter) -> str:
    """Where the letter can be checked, its reference filled in."""
    return f"{_check_page()}?reference={letter.reference}"


def _check_page() -> str:
    return f"{current_app.config['BASE_URL']}/letters"


def as_pdf(letter: OfficialLetter, written: Written) -> bytes:
    """The letter as it will be signed. Raises papers.CannotBeSet."""
    with force_locale(written.language):
        told = _told(letter, written)
    return papers.paper("letter", told, at=letter.issued_at)


def _told(letter: OfficialLetter, written: Written) -> dict[str, Any]:
    event, person = letter.event, letter.person
    is_for_visa = written.kind is LetterKind.VISA
    return {
        "language": written.language,
        "title": written.kind.label,
        "sender": event.host or event.series.name,
        "sender_lines": [*([event.series.name] if event.host else []), event.contact_address],
        "recipient": [_("To the competent consular authorities")] if is_for_visa else _addressed(person),
        "place_and_date": f"{written.place}, {times.day_of(letter.issued_at, event.zone)}",
        "reference_label": _("Reference"),
        "reference": letter.printed_reference,
        "before": _request() if is_for_visa else _invitation(person),
        "facts": [[label, value] for label, value in _facts(event, person, written) if value],
        "after": paragraphs(written.text),
        "closing": _("Yours sincerely,"),
        "signatory": written.signatory,
        "function": written.function,
        "signature_label": _("Signature and stamp"),
        "code": _code(check_address(letter)),
        "code_label": _("QR code: the address at which this letter can be checked"),
        "check": [
            _("Whether we issued this letter, and whether it still holds, can be checked here with its reference:"),
            _check_page(),
        ],
        "footnote": countries.footnote() if event.country == countries.KOSOVO else "",
    }


def _request() -> list[str]:
    return [
        _(
            "We confirm that the person named below is invited to the following event. We kindly ask you to grant the "
            "visa that is needed for it in time."
        )
    ]


def _invitation(person: Person) -> list[str]:
    addressed = f"{person.form_of_address} {person.latin_name}".strip()
    beginning = salutation(addressed, person.form_of_address)
    return [beginning, _("We have the pleasure of inviting you to the following event.")]


def _addressed(person: Person) -> list[str]:
    return [line for line in (_name(person), person.position, person.organisation) if line]


def _facts(event: Event, person: Person, written: Written) -> list[tuple[str, str]]:
    born_on = times.days(written.born_on, written.born_on) if written.born_on else ""
    where = ", ".join(filter(None, (event.venue, event.city, countries.name_of(event.country))))
    return [
        (_("Name"), _name(person)),
        (_("Nationality"), written.nationality),
        (_("Date of birth"), born_on),
        (_("Passport number"), written.passport),
        (_("Organisation"), person.organisation),
        (_("Position"), person.position),
        (_("Event"), event.title),
        (_("Days of the event"), times.days(event.first_on, event.last_on)),
        (_("Place"), where),
        (_("Days of the stay"), times.days(written.first_on, written.last_on)),
        (_("Who bears the costs"), written.costs),
    ]


def _name(person: Person) -> str:
    """The name in Latin letters, as in a passport, then in the person's own where a paper can show them."""
    own, latin = person.full_name, person.latin_name
    return f"{latin} ({own})" if own != latin and papers.spelled(own) == own else latin


def _code(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=2)
    return drawn.getvalue().decode()


def send(letter: OfficialLetter, content: bytes) -> None:
    """The letter goes to the person, attached; in their own language, which need not be the letter's."""
    event, person = letter.event, letter.person
    with force_locale(person.language):
        addressed = f"{person.form_of_address} {person.full_name}".strip()
        event_days = times.days(event.first_on, event.last_on)
    outbox.post(
        Letter(
            mail="invitations/letter",
            key=f"letter:{letter.id}:sent",
            to_name=person.full_name,
            to_address=person.email,
            language=person.language,
            context={
                "event": event,
                "letter": letter,
                "person": person,
                "addressed": addressed,
                "event_days": event_days,
                "check_page": _check_page(),
            },
            event_id=event.id,
            person_id=person.id,
            reply_to=event.contact_address,
            enclosures=(Enclosure(FILE_NAME, PDF, content),),
        )
    )
