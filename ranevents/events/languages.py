"""The languages that an event may be held in, named in the reader's language."""

from babel import Locale
from flask_babel import get_locale

CODES = (
    *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl"),
    *("pl", "pt", "ro", "sk", "sl", "sv"),
    *("ar", "bs", "mk", "no", "ru", "sq", "sr", "tr", "uk"),
)
"""ISO 639-1: the European Union's official languages, then others of its neighbourhood."""


def name_of(code: str) -> str:
    """The language's name in the reader's language; an unknown code as it is."""
    return str(Locale.parse(str(get_locale() or "en")).languages.get(code, code))
