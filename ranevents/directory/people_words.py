"""The directory's filters in the reader's words: what may be chosen, and what is chosen."""

from collections.abc import Iterable

from flask_babel import gettext as _

from ranevents.core import countries
from ranevents.core.filters import Chip, Filter, offered
from ranevents.directory.people_rules import PeopleAsked
from ranevents.directory.queries import EventName
from ranevents.people.models import Sector, Side


def filters(asked: PeopleAsked, events: Iterable[EventName]) -> list[Filter]:
    """Everything by which the directory may be filtered, with what is chosen."""
    chosen = asked.address()
    named = {country.code: country.name for country in countries.all_countries()}
    answered = {"yes": _("Yes"), "no": _("No")}
    return [
        offered("event", _("Event"), {one.slug: one.title for one in events}, chosen, is_long=True),
        offered("country", _("Country"), named, chosen, is_long=True),
        offered("sector", _("Sector"), {sector.value: sector.label for sector in Sector}, chosen),
        offered("side", _("Side"), {side.value: side.label for side in Side}, chosen),
        offered("failed", _("Mails come back"), answered, chosen, is_single=True),
    ]


def chips(asked: PeopleAsked, known: Iterable[Filter]) -> list[Chip]:
    """The filters in force, each with what the list would be without it."""
    by_name = {one.name: one for one in known}
    typed = {"search": _("Search"), "organisation": _("Organisation")}
    found = []
    for (name, value), without in asked.filters():
        label = by_name[name].label if name in by_name else typed[name]
        options = by_name[name].options if name in by_name else []
        told = next((option.label for option in options if option.value == value), value)
        found.append(Chip(_("%(filter)s: %(value)s", filter=label, value=told), without))
    return found
