"""What lists say in plain words of Europe's languages is understood."""

import pytest
from flask import Flask

from ranevents.directory import heading_rules, import_words
from ranevents.directory.import_rules import Field

COUNTRIES = {
    "MK": "Македония, Macedonia, Северна Македония, Republic of North Macedonia, FYROM, MKD, mk, Mazedonien, Macédoine",
    "BG": "Bulgarie, Bulgaria, Bulgarien, Република България, БЪЛГАРИЯ, Βουλγαρία, Bułgaria, BGR, Republic of Bulgaria",
    "CZ": "Czech Republic, Czechia, Česko, Česká republika, Tschechien, Чехия, République tchèque, CZE",
    "GB": "UK, U.K., United Kingdom, England, Great Britain, Vereinigtes Königreich, Великобритания, GBR, Regno Unito",
    "NL": "Holland, The Netherlands, Niederlande, Pays-Bas, Nederland, Нидерландия",
    "XK": "Kosovo, Kosovo*, Kosova, Косово, Kosovo (UNSCR 1244), XK",
    "GR": "EL, GR, Hellas, Greece, Ελλάδα, Griechenland, GRC, Hellenic Republic",
    "HR": "Hrvatska, Kroatien, Хърватия, Horvátország",
    "DE": "Niemcy, Bundesrepublik Deutschland, Alemania, Németország, Германия, Federal Republic of Germany",
    "AT": "Republik Österreich, Ausztria, Австрия, Oostenrijk",
    "TR": "Turkey, Türkiye, Turquie, Турция",
    "IE": "Republic of Ireland, Éire, Irland",
    "BA": "Bosnia, BiH, Босна и Херцеговина",
    "SE": "Sverige, Kingdom of Sweden, Ruotsi",
    "PT": "Portugal (PT)",
}
SECTORS = {
    "ngo_community": "NGO, n.g.o., НПО, ONG, Verein, civil society, NGO / civil society, stowarzyszenie, Civil-society",
    "police": "police, Polizei, МВР, MVR, policija, Rendőrség, Gendarmerie, law enforcement",
    "education": "school, Schule, училище, école, škola, oktatás",
    "prison_probation": "prison, probation, затвор, Justizvollzug, gevangenis, prison & probation",
    "health": "health, Gesundheit, santé, здравеопазване",
    "local_authority": "municipality, община, Gemeinde, mairie, comune",
    "research": "University, think tank, университет, Forschung",
    "international": "UN, OSCE, Council of Europe, международна организация",
    "eu_institution": "European Commission, EU, ЕС, Europol",
}
SIDES = {"policy": "Policy, Politik, политика, policy maker", "practice": "practitioner, Praxis, практик, terrain"}
LANGUAGES = {"bg": "Bulgarian, български, bulgare, BUL, bg-BG", "fr": "French, Francuski, französisch, fra", "en": "EN"}
SAID = [
    (field, word.strip(), value)
    for field, table in (
        (Field.COUNTRY, COUNTRIES), (Field.SECTOR, SECTORS), (Field.SIDE, SIDES), (Field.LANGUAGE, LANGUAGES),
    )
    for value, words in table.items()
    for word in words.split(",")
]  # fmt: skip


def test_plain_words_are_understood(app: Flask) -> None:
    words = import_words.vocabulary()

    wrong = [(word, value, words.meaning(field, word)) for field, word, value in SAID]

    assert [one for one in wrong if one[1] != one[2]] == []


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (Field.COUNTRY, "Atlantis"),
        (Field.COUNTRY, "Kongo"),
        (Field.COUNTRY, "France / Germany"),
        (Field.COUNTRY, "Republic of"),
        (Field.SECTOR, "police / school"),
        (Field.SECTOR, "police something"),
        (Field.SECTOR, "/"),
        (Field.SIDE, "policy and practice"),
        (Field.SIDE, "policy / practice"),
        (Field.LANGUAGE, "Klingon"),
    ],
)
def test_what_may_mean_two_things_is_not_guessed(app: Flask, field: Field, text: str) -> None:
    assert import_words.vocabulary().meaning(field, text) is None


HEADINGS = {
    "given_name family_name organisation email": [
        "Имя|Фамилия|Организация|Email", "Име|Фамилия|Служба|Е-поща", "Vorname|Name|Dienststelle|E-Mail-Adresse",
        "Name|Surname|Organisation|Mail", "Imię|Nazwisko|Instytucja|Adres e-mail", "Prenume|Nume|Instituția|Email",
        "Nome|Cognome|Ente|Indirizzo e-mail", "Nombre|Apellidos|Entidad|Correo electrónico",
        "Όνομα|Επώνυμο|Φορέας|Ηλεκτρονικό ταχυδρομείο", "Ime|Prezime|Ustanova|E-pošta", "Etunimi|Nimi|Organisaatio|Sähköposti",
        "Prénom|Nom|Structure|Courriel (professionnel)", "Jméno|Příjmení|Organizace|E-mail",
    ],
    "full_name country sector language": [
        "Name|Country|Sector|Language", "Ονοματεπώνυμο|Χώρα|Τομέας|Γλώσσα", "Имена|Държава|Сектор|Език",
        "Nom et prénom|Pays|Secteur|Langue", "Name des Gastes|Land|Bereich|Sprache", "Navn|Land|Sektor|Sprog",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("expected", "headings"), [(one, told) for one, many in HEADINGS.items() for told in many])
def test_headings_in_the_languages_of_europe_are_guessed(expected: str, headings: str) -> None:
    assert heading_rules.guess(headings.split("|")) == {name: at for at, name in enumerate(expected.split())}


def test_a_title_and_a_talkative_first_row_are_not_taken_for_headings() -> None:
    person = ["Ministry of Interior", "Head of country sector", "Name of the post", "mail@example.org"]
    rows = [(1, ["Guests"]), (2, ["Име", "Фамилия", "Имейл", "X"]), (3, person)]

    assert heading_rules.heading_row(rows) == 1
