"""The languages that people may choose for pages and mails: those that our texts are written in or translated to."""

from flask_babel import get_babel

SOURCE = "en"
"""What the texts in code and templates are written in."""


def offered() -> list[str]:
    """Their codes (ISO 639-1), the source first. A translation counts as soon as `pybabel compile` has made it."""
    translated = {str(locale) for locale in get_babel().instance.list_translations()}
    return [SOURCE, *sorted(translated - {SOURCE})]
