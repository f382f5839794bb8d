"""The mails that are about to go out, as their recipients will see them: in a frame, with scripts or without."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from ranevents.accounts.models import Role
from ranevents.core.db import db
from tests import builders
from tests.journeys.browser import NARROW, WIDE, keep, leave_by, sign_in, window

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False])
def test_a_mail_is_shown_in_its_frame_and_then_sent(app: Flask, browser: Browser, live: str, scripts: bool) -> None:
    event = builders.an_event()
    builders.a_guest(event, builders.a_person(language="fr"))
    editor = builders.a_user(Role.EDITOR, event)
    db.session.commit()

    with window(browser, live, size=WIDE if scripts else NARROW, scripts=scripts) as page:
        sign_in(page, app, editor)
        page.goto(f"/organise/events/{event.slug}/guests/ask?which=all")
        leave_by(page, "Look at the mails")
        if not scripts:
            page.get_by_role("button", name="Show it below").click()
        mail = page.frame_locator("iframe[name=mail-body]")
        expect(mail.get_by_text("Répondre à l’invitation")).to_be_visible()
        keep(page, f"a mail in its frame, scripts {scripts}")
        leave_by(page, "Invite 1 person now")
        expect(page.get_by_text("The invitation is on its way to 1 person.")).to_be_visible()
