"""How a letter or a mail begins. Languages such as Bulgarian say it differently to a woman and to a man."""

from flask_babel import gettext as _
from flask_babel import pgettext

_OF_WOMEN = {"ms", "mrs", "miss", "mme", "madame", "mlle", "frau", "г-жа", "госпожа", "г-ца", "госпожица"}
_OF_MEN = {"mr", "m", "monsieur", "herr", "г-н", "господин"}


def salutation(name: str, form_of_address: str | None = "") -> str:
    """The line, in words that fit anybody where no word of the form of address ('Ms', 'Prof. Dr') tells which fit."""
    words = {word.strip(".,").casefold() for word in (form_of_address or "").split()}
    if words & _OF_WOMEN:
        return str(pgettext("to a woman", "Dear %(name)s,", name=name))
    if words & _OF_MEN:
        return str(pgettext("to a man", "Dear %(name)s,", name=name))
    return str(_("Dear %(name)s,", name=name))
