"""Which column of a spreadsheet is what, by its heading in English, French, German or Bulgarian."""

import re
from collections.abc import Sequence

from ranevents.core import names
from ranevents.directory.import_rules import Field

_HEADINGS: dict[Field, Sequence[str]] = {
    Field.GIVEN_NAME: (
        *("given name", "first name", "firstname", "forename", "given names", "first names", "name first"),
        *("prenom", "prenoms", "vorname", "vornamen", "rufname", "име", "собствено име", "лично име"),
    ),
    Field.FAMILY_NAME: (
        *("family name", "last name", "lastname", "surname", "name last", "nom", "nom de famille", "nachname"),
        *("familienname", "zuname", "фамилия", "фамилно име"),
    ),
    Field.FULL_NAME: (
        *("name", "full name", "fullname", "whole name", "participant", "guest", "invitee", "nom complet"),
        *("nom et prenom", "nom prenom", "prenom et nom", "vollstandiger name", "name vorname", "vor und nachname"),
        *("teilnehmer", "gast", "три имена", "имена", "пълно име", "име и фамилия", "участник", "гост"),
    ),
    Field.LATIN_GIVEN_NAME: (
        *("given name in latin letters", "latin given name", "first name latin", "given name latin"),
        *("prenom en lettres latines", "prenom en caracteres latins", "prenom latin", "vorname in lateinschrift"),
        *("vorname lateinisch", "vorname in lateinischen buchstaben", "име на латиница", "име латиница"),
    ),
    Field.LATIN_FAMILY_NAME: (
        *("family name in latin letters", "latin family name", "last name latin", "family name latin", "surname latin"),
        *("nom en lettres latines", "nom en caracteres latins", "nom latin", "nachname in lateinschrift"),
        *("nachname lateinisch", "familienname in lateinischen buchstaben", "фамилия на латиница", "фамилия латиница"),
    ),
    Field.FORM_OF_ADDRESS: (
        *("form of address", "title", "salutation", "civilite", "titre", "anrede", "titel", "обръщение", "титла"),
    ),
    Field.EMAIL: (
        *("e mail", "email", "mail", "e mail address", "email address", "mail address", "courriel", "adresse e mail"),
        *("adresse electronique", "adresse mail", "adresse email", "mel", "e mail adresse", "emailadresse"),
        *("имейл", "имейл адрес", "ел поща", "електронна поща", "електронен адрес", "е поща", "мейл"),
    ),
    Field.ORGANISATION: (
        *("organisation", "organization", "institution", "company", "employer", "affiliation", "agency", "ministry"),
        *("organisme", "structure", "employeur", "einrichtung", "firma", "behorde", "arbeitgeber", "dienststelle"),
        *("организация", "институция", "учреждение", "фирма", "месторабота"),
    ),
    Field.POSITION: (
        *("position", "job title", "function", "role", "job", "fonction", "poste", "funktion", "stelle", "beruf"),
        *("длъжност", "позиция", "функция"),
    ),
    Field.COUNTRY: (
        *("country", "country code", "state", "nation", "pays", "code pays", "land", "landerkurzel", "staat"),
        *("държава", "страна", "код на държавата"),
    ),
    Field.SECTOR: ("sector", "field", "secteur", "domaine", "sektor", "bereich", "arbeitsbereich", "сектор", "област"),
    Field.SIDE: (
        *("side", "policy or practice", "policy practice", "cote", "politique ou pratique", "politique pratique"),
        *("seite", "politik oder praxis", "politik praxis", "страна в разговора", "политика или практика"),
        *("политика практика",),
    ),
    Field.LANGUAGE: (
        *("language", "preferred language", "correspondence language", "langue", "langue de correspondance", "sprache"),
        *("korrespondenzsprache", "език", "език на кореспонденция"),
    ),
}
_KNOWN_HEADINGS = {names.fold(heading): one for one, headings in _HEADINGS.items() for heading in headings}


def guess(headings: Sequence[str]) -> dict[Field, int]:
    """Which column is probably what: the first whose heading says exactly that, else the first that says it too."""
    folded = [names.fold(heading) for heading in headings]
    found: dict[Field, int] = {}
    for column, heading in enumerate(folded):
        one = _KNOWN_HEADINGS.get(heading)
        if one is not None:
            found.setdefault(one, column)
    for column, heading in enumerate(folded):
        if column in found.values():
            continue
        told = [one for known, one in _BY_LENGTH if re.search(rf"\b{known}\b", heading)]
        if told and told[0] not in found:
            found[told[0]] = column
    if Field.GIVEN_NAME in found and Field.FULL_NAME in found:
        _settle_names(folded, found)
    return found


_TELLING = [(known, one) for known, one in _KNOWN_HEADINGS.items() if len(known) > 3]
_BY_LENGTH = sorted(_TELLING, key=lambda one: -len(one[0]))


def _settle_names(folded: Sequence[str], found: dict[Field, int]) -> None:
    """Beside a column of given names, one that says only 'name' holds family names."""
    if Field.FAMILY_NAME not in found and folded[found[Field.FULL_NAME]] == "name":
        found[Field.FAMILY_NAME] = found.pop(Field.FULL_NAME)


def heading_row(rows: Sequence[tuple[int, list[str]]]) -> int:
    """Which of the first rows holds the headings: the one that tells most columns; a title may stand above it."""
    told = [len(guess(row)) for _number, row in rows]
    best = max(told, default=0)
    return told.index(best) if best > 1 else 0
