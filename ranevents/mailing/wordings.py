"""The wording of mails: templates in the recipient's language, as text and as HTML with its styles inlined.

A personal link stands in a rendered mail as a mark, `personal-link:…`; only the worker puts the address in its place.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import css_inline
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from ranevents.mailing.text_rules import Own, Words

POLICY_OF_A_BODY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox",
    )
)
"""For a mail's HTML in a frame of its own: it brings its own styles and nothing else, no script, form or way out."""
_MARK = re.compile(r"personal-link:[0-9A-Z]+")
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False)


@dataclass(frozen=True)
class Wording:
    """A mail's subject and its two bodies, which say the same. `message` is the own part of the second, if any."""

    subject: str
    text: str
    html: str
    message: Markup | None = None


def mark(reference: str) -> str:
    """The placeholder for one personal link."""
    return f"personal-link:{reference}"


def render(mail: str, language: str, context: Mapping[str, Any], own: Own | None = None) -> Wording:
    """The mail `room/name` in a language, from `templates/mails/room/name.{subject.txt,body.txt,body.html}`.

    An organiser's `own` words stand in place of the subject and of the frame's message.
    """
    told = {**context, "base_url": current_app.config["BASE_URL"], "language": language, "own": own}
    with force_locale(language):
        current_app.update_template_context(told)
        subject, text, html = (
            current_app.jinja_env.get_template(f"mails/{mail}.{part}").render(told)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    return Wording(
        subject=" ".join((own.subject if own else subject).split())[:500],
        text=_tidy(text),
        html=_inliner.inline(html),
        message=own.html if own else None,
    )


def standard(mail: str, language: str, placeholders: Iterable[str]) -> Words:
    """The standard subject and message of `room/name` in a language, as an organiser would write them.

    The templates' message block is rendered with each placeholder in place of its value.
    """
    told: dict[str, Any] = {name: f"{{{name}}}" for name in placeholders}
    told |= {"event": SimpleNamespace(title="{event}", host="{host}"), "event_days": "{days}", "language": language}
    with force_locale(language):
        current_app.update_template_context(told)
        subject = current_app.jinja_env.get_template(f"mails/{mail}.subject.txt").render(told)
        body = current_app.jinja_env.get_template(f"mails/{mail}.body.txt")
        text = "".join(body.blocks["message"](body.new_context(told)))
    return Words(subject=" ".join(subject.split()), text=_tidy(text).strip())


def fill(body: str, addresses: Mapping[str, str]) -> str:
    """The body with each mark replaced by the address that belongs to it."""
    return _MARK.sub(lambda found: addresses.get(found[0], ""), body)


def without_addresses(text: str, addresses: Iterable[str]) -> str:
    """What the relay answered, without anything that could open a door: our links and their tokens, or any address."""
    for address in addresses:
        text = text.replace(address, "…").replace(address.rpartition("/")[2], "…")
    return re.sub(r"https?://\S+", "…", text)


def blanked(text: str) -> Markup:
    """The text as the mail log may show it: whoever reads it can't use the recipient's links."""
    shown, instead = str(escape(text)), escape(_("personal link"))
    return Markup(_MARK.sub(lambda _found: f"<em>[{instead}]</em>", shown))  # noqa: S704 - escaped above


def leading_nowhere(html: str) -> str:
    """The HTML as it may be looked at before it is sent: its links lead nowhere."""
    return _MARK.sub("#", html)


def without_links(text: str) -> str:
    """The plain text as it may be kept and passed on: it opens nothing."""
    instead = _("personal link")
    return _MARK.sub(lambda _found: f"[{instead}]", text)


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
