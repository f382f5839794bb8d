"""Whom the organiser of the open event asks, and what they say; every one of them invented."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO

from ranevents.core.spreadsheets import Kind, write
from ranevents.demo.people import everybody, from_table
from ranevents.invitations.letter_mails import Written
from ranevents.invitations.letter_models import LetterKind
from ranevents.invitations.substitute_service import Proposed
from ranevents.people.service import Particulars

_KNOWN_TO_THE_ORGANISER = """
PL
ngo_community; Jagna; Wróbliczka; Street educator; Fundacja Otwarte Podwórko
local_authority/policy; Zdzisław; Kępowski; Deputy mayor; Miasto Nadbrzeże
police; Bogumiła; Szczygłowska; Head of prevention; Provincial Police, Prevention Section
RS
youth_social; Љубица; Њежић; Youth worker; Центар за младе Лука
AL
youth_social; Shpresa; Kodheli; Streetworker; Qendra Rinia
MK
local_authority/policy; Ѓорѓи; Ќосевски; Adviser to the mayor; Општина Нов Град
MT
education; Ġulja; Għaxaqin; Head of school; Kulleġġ Porta Ġdida
EE
police; Ülo; Hõbemägi; Youth officer; North Prefecture
SE
research; Tuva; Källgårdh; Lecturer; Institute for Youth Studies
DE
youth_social; Mehtap; Sarıkaya-Röhl; Head of outreach; Straßensozialarbeit Nordost
FR
ngo_community; Anaëlle; Guéguenou; Director; Les Portes Ouvertes
ES
education; Ainhoa; Etxaburuaga; Teacher; Instituto Puerta del Río
RO
health; Ioana-Țvetana; Brânzăreanu; Psychotherapist; Centrul Încredere
BG
policy; Desislava; Hadzhitodorova; Director; Directorate for Prevention Policy
"""
"""Entered by hand. The last one has changed her address and is on the spreadsheet too, in her own letters."""

REASONS = (
    "I am away that week.",
    "Une autre réunion tombe le même jour.",
    "I have changed my post; please ask my successor.",
    "An dem Tag sind Abschlussprüfungen.",
    "",
    "Нямам възможност да пътувам тогава.",
    "My office can’t pay for the journey this year.",
    "",
)
"""Why people decline, in their words; some say nothing."""

COMES_INSTEAD = Proposed("Małgorzata", "Śliwkiewicz", "malgorzata.sliwkiewicz@pl.example.net", "Ulica OZ", "Deputy")
MIGHT_COME_INSTEAD = (
    Proposed("Bertil", "Ågrensson", "bertil.agrensson@se.example.net", "Framsteg", "Exit coach"),
    Proposed("Εύα", "Μελισσουργού", "eva.melissourgou@gr.example.net", "Γέφυρες Διαλόγου", "Trainer"),
)
"""Proposed by people who can't come: the first was approved, the organiser has yet to decide about the others."""

SUBJECT = "Will you come to {city}? {event}"
TEXT = """\
**{event}** takes place in {city}, {days}. {asked_as}

{note}

Please tell us by {answer_by} whether you come: places are few, and others would like to have yours.
"""
"""The invitation in the organiser's own words, in English; in the other languages the standard text holds."""

LETTER = Written(
    kind=LetterKind.INVITATION,
    language="en",
    place="Gdańsk",
    signatory="Alma Reinholt",
    function="Community Safety Forum",
    first_on=date.min,
    last_on=date.min,
    costs="Hotel and meals are paid by the host; the journey is paid by your institution.",
)
"""What stands in a letter of invitation, but for the days."""

_HEAD = (
    "First name", "Surname", "E-mail address", "Organisation", "Job title", "Country", "Sector", "Side", "Language",
)  # fmt: skip


def on_the_spreadsheet(already: int, skip: int) -> bytes:
    """The list as a colleague sends it: everybody but those `already` registered, who stand at `skip` in the circle."""
    rest = everybody()[:skip] + everybody()[skip + already :]
    return _workbook("Guests", (_line(one.particulars) for one in rest))


def by_hand() -> list[Particulars]:
    """Those whom the organiser knows and enters."""
    return [one.particulars for one in from_table(_KNOWN_TO_THE_ORGANISER)]


def _line(one: Particulars) -> list[str]:
    return [
        one.given_name,
        one.family_name,
        one.email,
        one.organisation,
        one.position,
        one.country,
        one.sector,
        one.side,
        one.language,
    ]


def _workbook(title: str, rows: Iterator[list[str]]) -> bytes:
    file = BytesIO()
    write(Kind.XLSX, file, title, _HEAD, rows)
    return file.getvalue()


_TO_TRY = """
Solveig; Rønnebakke; solveig.roennebakke@no.example.net; Nattpatruljen; Night patrol; Norway; NGO and community; Practice; English
Κλειώ; Αργυροπούλου-Βέη; klio.argyropoulou@gr.example.net; Σχολείο Ανοιχτό; Teacher; Greece; Education; Practice; English
Мирослав; Цветанов-Жечев; miroslav.tsvetanov@bg.example.org; Directorate for Prevention Policy; Adviser; България; Policy; Policy; български
Théophile; Montgrandval; theophile.montgrandval(at)fr.example.org; Mission for Prevention; Adviser; France; Policy; Policy; français
Kunigunde; Überreither; kunigunde.ueberreither@at.example.net; Begleitung und Rückkehr; Probation officer; Austria; Prison and probation; Practice; Deutsch
Edurne; ; edurne@es.example.net; Fundación Camiño Novo; Educator; Spain; Youth and social work; Practice; English
Ossi; Peltokangas; ossi.peltokangas@fi.example.net; Uusi Suunta ry; Mentor; Finnland; NGO and community; Practice; English
Rasa; Gintarytė; rasa.gintaryte@lt.example.net; Atviri namai; Mentor; Lithunia; NGO and community; Practice; English
Ossi; Peltokangas; ossi.peltokangas@fi.example.net; Uusi Suunta ry; Mentor; Finland; NGO and community; Practice; English
Jagna; Wróbliczka; jagna.wrobliczka@pl.example.net; Fundacja Otwarte Podwórko; Head of street work; Poland; NGO and community; Practice; English
Dragica; Perhavčič; dragica.perhavcic@si.example.net, office@si.example.net; Gimnazija Ob Mostu; Counsellor; Slovenia; Education; Practice; English
Wout; Hazebroekers; wout.hazebroekers@nl.example.net; Gemeente Oosterbrug; Adviser; Netherlands; Local authority; Theory; English
"""  # noqa: E501 - a line is a row of the sheet
"""Five rows with something wrong, one that stands twice, one person who is on the guest list already."""


def to_try() -> bytes:
    """A small list to try the import with; some of it has to be corrected first."""
    rows = ([cell.strip() for cell in line.split(";")] for line in _TO_TRY.strip().splitlines())
    return _workbook("Guests", rows)
