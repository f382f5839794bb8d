"""A guest list's filters in the reader's words: what may be chosen, and what is chosen."""

from collections.abc import Iterable

from flask_babel import gettext as _

from ranevents.core import countries
from ranevents.core.filters import Chip, Filter, offered
from ranevents.invitations.guest_lists import GuestsAsked, Standing
from ranevents.invitations.models import GuestOrigin
from ranevents.people.models import Sector, Side


def filters(asked: GuestsAsked) -> list[Filter]:
    """Everything by which the list may be filtered, with what is chosen."""
    chosen = asked.address()
    named = {country.code: country.name for country in countries.all_countries()}
    return [
        offered("standing", _("Invitation"), {one.value: one.label for one in Standing}, chosen),
        offered("country", _("Country"), named, chosen, is_long=True),
        offered("sector", _("Sector"), {one.value: one.label for one in Sector}, chosen),
        offered("side", _("Side"), {one.value: one.label for one in Side}, chosen),
        offered("origin", _("Origin"), {one.value: one.label for one in GuestOrigin}, chosen),
    ]


def chips(asked: GuestsAsked, known: Iterable[Filter]) -> list[Chip]:
    """The filters in force, each with what the list would be without it."""
    by_name = {one.name: one for one in known}
    found = []
    for (name, value), without in asked.filters():
        label, told = _("Search"), value
        if name in by_name:
            label = by_name[name].label
            told = next((option.label for option in by_name[name].options if option.value == value), value)
        found.append(Chip(_("%(filter)s: %(value)s", filter=label, value=told), without))
    return found
