"""What all forms share: how typed text is cleaned, how a refusal is shown, how a form's page answers."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import render_template
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import Length

from ranevents.core.errors import DomainError


def several_lines(text: str | None) -> str:
    """What was typed, without control characters (PostgreSQL refuses NUL) and without surrounding space."""
    composed = unicodedata.normalize("NFC", text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in composed if one == "\n" or unicodedata.category(one) not in ("Cc", "Cs")).strip()


def one_line(text: str | None) -> str:
    """What was typed, as one line with single spaces."""
    return " ".join(several_lines((text or "").replace("\t", " ")).split())


def at_most(most: int) -> Length:
    """No more characters than this."""
    return Length(max=most, message=_l("Please use %(max)d characters at most."))


@contextmanager
def refusals_on(form: FlaskForm) -> Iterator[None]:
    """Show a refusal by the rules beside the field that it concerns, or at the head of the form."""
    try:
        yield
    except DomainError as refusal:
        if refusal.field in form:
            form[refusal.field].errors = [*form[refusal.field].errors, str(refusal)]
        else:
            form.form_errors.append(str(refusal))


def page(template: str, form: FlaskForm, **told: Any) -> tuple[str, int]:
    """A page with its form: 422 where something in it was refused."""
    return render_template(template, form=form, **told), 422 if form.errors else 200
