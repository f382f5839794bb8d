"""Parts of pages that depend on nothing but the reader's language: made once, then kept.

A form's blank fields take longer than everything else on its page (docs/performance.md has the figures).
"""

from collections.abc import Callable

from flask import current_app, g
from flask_babel import get_babel
from markupsafe import Markup

from ranevents.core import languages

_KEPT = "ranevents-fragments"


def kept(name: str, *by: str | bool, when: bool = True, caller: Callable[[], Markup]) -> Markup:
    """What the template's call block says, made once for each language and each `by`; as ever where not `when`.

    In a template: `{% call kept_fragment("blank consents", when=is_blank) %}…{% endcall %}`. Nothing that belongs to a
    person, a session or a record may stand in the block. Templates that are read afresh keep nothing.
    """
    if not when or current_app.jinja_env.auto_reload:
        return caller()
    fragments: dict[object, tuple[Markup, bool]] = current_app.extensions.setdefault(_KEPT, {})
    key = (name, languages.current(), *get_babel().translation_directories, *by)
    if key not in fragments:
        before, g.kosovo_is_named = g.get("kosovo_is_named", False), False
        fragments[key] = caller(), g.kosovo_is_named
        g.kosovo_is_named |= before
    text, names_kosovo = fragments[key]
    if names_kosovo:
        g.kosovo_is_named = True
    return text
