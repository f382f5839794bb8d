"""The language of a page: asked for by a link, remembered, one's own, the browser's; and what each answer says of it."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale, get_babel

from ranevents.core import countries, languages
from ranevents.core.db import db
from ranevents.events import languages as languages_of_events
from tests import builders
from tests.client import Client, Page


def language_of(page: Page) -> str:
    return page.html.split('<html lang="')[1].split('"')[0]


def test_only_what_is_translated_is_offered(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bg" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "fr" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "bg" / "LC_MESSAGES" / "messages.mo").touch()
    before = languages.offered()

    monkeypatch.setattr(get_babel(), "translation_directories", [str(tmp_path)])

    assert before == ["en", "bg", "de", "fr"]
    assert languages.offered() == ["en", "bg"]


def test_a_link_changes_the_language_and_the_choice_is_remembered(client: Client) -> None:
    before = language_of(client.get("/"))
    asked = client.get("/?lang=fr")
    later = language_of(client.get("/sign-in"))
    changed = language_of(client.get("/sign-in?lang=bg"))

    assert (before, language_of(asked), later, changed) == ("en", "fr", "fr", "bg")
    assert language_of(client.get("/")) == "bg"


def test_the_choice_is_remembered_for_a_year_in_a_cookie_that_says_nothing_else(client: Client) -> None:
    cookies = client.get("/?lang=fr").response.headers.getlist("Set-Cookie")

    assert len(cookies) == 1
    assert cookies[0].startswith("language=fr; ")
    assert {part.strip() for part in cookies[0].split(";")[1:]} > {
        "Max-Age=31536000",
        "HttpOnly",
        "Path=/",
        "SameSite=Lax",
    }
    assert client.get("/").response.headers.getlist("Set-Cookie") == []


def test_where_the_site_is_secure_the_cookie_is_too(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)

    assert "Secure" in client.get("/?lang=fr").response.headers["Set-Cookie"]


@pytest.mark.parametrize("wish", ["xx", "", "FR", "fr-FR", "en_US", "../../etc", "fr\0", "ß" * 500])
def test_a_language_that_we_do_not_speak_is_passed_over(client: Client, wish: str) -> None:
    client.http.set_cookie("language", "de")

    page = (
        client.get("/", follow=False) if not wish else client._page(client.http.get("/", query_string={"lang": wish}))
    )

    assert (page.status, language_of(page)) == (200, "de")
    assert "Set-Cookie" not in page.response.headers


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("fr", "fr"),
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("de-AT", "de"),
        ("bg-BG,bg;q=0.8", "bg"),
        ("ja, ko;q=0.5", "en"),
        ("ja, de;q=0.5, bg;q=0.7", "bg"),
        ("en-GB, fr;q=0.9", "en"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("*", "en"),
        ("", "en"),
        (";;;q=x,,fr;q=1.1e9;", "en"),
    ],
)
def test_at_first_the_browser_is_asked(client: Client, header: str, expected: str) -> None:
    page = client._page(client.http.get("/", headers={"Accept-Language": header}))

    assert language_of(page) == expected


def test_an_organiser_works_in_their_own_language_unless_they_chose_another_here(app: Flask) -> None:
    organiser = Client(app, builders.a_user(language="de"))
    db.session.commit()

    own = language_of(organiser.get("/organise"))
    organiser.http.set_cookie("language", "bg")

    assert (own, language_of(organiser.get("/organise"))) == ("de", "bg")


def test_the_page_behind_a_personal_link_is_in_the_persons_language(client: Client) -> None:
    registration = builders.a_registration(builders.an_event(), person=builders.a_person(language="bg"))
    db.session.commit()
    path = f"/r/{registration.link.sign()}"
    french = {"Accept-Language": "fr"}

    own = language_of(client._page(client.http.get(path, headers=french)))
    elsewhere = language_of(client._page(client.http.get("/", headers=french)))
    chosen = language_of(client.get(f"{path}?lang=de"))

    assert (own, elsewhere, chosen) == ("bg", "fr", "de")


def test_the_languages_are_links_to_the_same_page_that_keep_what_was_asked(client: Client) -> None:
    page = client.get("/events?page=2&search=a%26b&lang=fr")

    shown = page.html.split('<nav class="languages"')[1].split("</nav>")[0]
    assert [part.split('"')[0] for part in shown.split('href="')[1:]] == [
        f"?page=2&amp;search=a%26b&amp;lang={code}" for code in ("en", "bg", "de", "fr")
    ]
    assert shown.count("aria-current") == 1
    assert 'lang="fr" hreflang="fr" aria-current="true">Français<' in shown
    assert 'lang="bg" hreflang="bg">Български<' in shown


def test_the_links_lead_to_nobody_elses_site(client: Client) -> None:
    answer = client.http.get("/", environ_overrides={"PATH_INFO": "//elsewhere.example/path"}, follow_redirects=True)

    assert answer.status_code == 404
    assert 'href="?lang=fr"' in answer.text


def test_an_answer_to_a_form_offers_no_link_that_would_lose_what_was_typed(client: Client) -> None:
    event = builders.an_event()
    db.session.commit()
    path = f"/events/{event.slug}/register"
    form = client.get(f"{path}?lang=de")

    refused = client.submit(form, given_name="Мария")
    shown = refused.html.split('<nav class="languages"')[1].split("</nav>")[0]
    in_french = client.post(f"{path}?lang=fr", **refused.forms[-1]["fields"], change_language="fr")

    assert (refused.status, language_of(refused)) == (422, "de")
    assert 'class="languages"' in form.html
    assert "href=" not in shown
    assert [part.split('"')[0] for part in shown.split('formaction="')[1:]] == [
        f"?lang={code}" for code in ("en", "bg", "de", "fr")
    ]
    assert shown.count("aria-current") == 1
    assert (in_french.status, language_of(in_french)) == (422, "fr")
    assert 'value="Мария"' in in_french.html
    assert "Veuillez" in in_french.text.split("Erreur")[1]
    assert language_of(client.get("/")) == "fr"


def test_mails_are_in_the_language_of_the_page_unless_another_is_chosen(client: Client) -> None:
    event = builders.an_event()
    db.session.commit()

    form = client.get(f"/events/{event.slug}/register?lang=bg").forms[-1]

    assert form["fields"]["language"] == "bg"


def test_search_engines_find_each_public_page_in_each_language(client: Client, app: Flask) -> None:
    event = builders.an_event()
    db.session.commit()
    base = app.config["BASE_URL"]

    plain, in_german = (client.get(f"/events/{event.slug}{query}").html for query in ("", "?lang=de"))

    assert f'<link rel="canonical" href="{base}/events/{event.slug}">' in plain
    assert f'<link rel="canonical" href="{base}/events/{event.slug}?lang=de">' in in_german
    for html in (plain, in_german):
        assert [part.split('"')[0] for part in html.split('<link rel="alternate" hreflang="')[1:]] == [
            *("en", "bg", "de", "fr", "x-default"),
        ]
        assert f'hreflang="fr" href="{base}/events/{event.slug}?lang=fr"' in html
        assert f'hreflang="x-default" href="{base}/events/{event.slug}"' in html


def test_nothing_leads_search_engines_to_what_is_not_for_everybody(client: Client) -> None:
    registration = builders.a_registration(builders.an_event())
    db.session.commit()

    for path in (f"/r/{registration.link.sign()}", "/nowhere", "/events/nowhere"):
        assert 'rel="canonical"' not in client.get(path).html, path
        assert 'rel="alternate"' not in client.get(path).html, path


def test_no_shared_cache_gives_one_persons_choice_to_another(client: Client) -> None:
    plain, asked = client.get("/").response, client.get("/?lang=fr").response

    assert {"Accept-Language", "Cookie"} <= set(plain.vary)
    assert plain.headers["Content-Language"] == "en"
    assert asked.headers["Cache-Control"] in ("private", "no-store")
    assert asked.headers["Content-Language"] == "fr"


def _names(which: Any, language: str) -> list[str]:
    with force_locale(language):
        return [one.name for one in which()]


def test_countries_stand_in_the_order_of_the_readers_alphabet(app: Flask) -> None:
    bulgarian, german, french = (_names(countries.all_countries, language) for language in ("bg", "de", "fr"))

    assert [one for one in bulgarian if one[0] in "ЖЗИЙЧШЩЪЮЯ"] == [
        *("Замбия", "Западна Сахара", "Зимбабве"),
        *(one for one in bulgarian if one[0] == "И"),
        *("Йемен", "Йордания"),
        *("Чад", "Черна гора", "Чехия", "Чили"),
        *("Швейцария", "Швеция", "Шри Ланка"),
        *(one for one in bulgarian if one.startswith("Ю")),
        *("Ямайка", "Япония"),
    ]
    assert german.index("Afghanistan") < german.index("Ägypten") < german.index("Albanien")
    assert german.index("Oman") < german.index("Österreich") < german.index("Pakistan")
    assert french.index("Estonie") < french.index("Eswatini") < french.index("État de la Cité du Vatican")


def test_languages_have_names_in_the_readers_language(app: Flask) -> None:
    with force_locale("bg"):
        assert languages_of_events.name_of("de") == "немски"
    assert [languages.own_name(code) for code in languages.offered()] == ["English", "Български", "Deutsch", "Français"]
