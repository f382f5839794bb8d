"""A list's filters in the reader's words: what may be chosen, and what is chosen."""

from collections.abc import Iterable, Mapping

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _

from ranevents.core import countries, languages
from ranevents.core.countries import Group
from ranevents.core.filters import Chip, Filter, offered
from ranevents.events import times
from ranevents.events.models import Capacity, Event
from ranevents.people.models import Sector, Side
from ranevents.questions.fields import languages_for, option_labels
from ranevents.questions.models import Question, QuestionKind
from ranevents.questions.rules import in_language
from ranevents.registrations.list_rules import STATES, Asked


def filters(asked: Asked, event: Event, questions: Iterable[Question], *, may_see_needs: bool) -> list[Filter]:
    """Everything by which the list may be filtered, with what is chosen."""
    chosen = asked.address()

    def one(name: str, label: str, options: Mapping[str, str], **more: bool) -> Filter:
        return offered(name, label, options, chosen, **more)

    answered = {"yes": _("Yes"), "no": _("No")}
    named = {country.code: country.name for country in countries.all_countries()}
    found = [
        one("state", _("State"), {state.value: state.label for state in STATES}),
        one("capacity", _("Capacity"), {capacity.value: capacity.label for capacity in Capacity}),
        one("country", _("Country"), named, is_long=True),
        one("group", _("Group of countries"), {group.value: group.label for group in Group}),
        one("sector", _("Sector"), {sector.value: sector.label for sector in Sector}),
        one("side", _("Side"), {side.value: side.label for side in Side}),
        one("language", _("Language of mails"), {code: _name_of_language(code) for code in languages.offered()}),
        one("list", _("On the shared list"), answered, is_single=True),
        one("photographs", _("Photographs may be published"), answered, is_single=True),
    ]
    if may_see_needs:
        found.append(one("needs", _("Diet or accessibility needs stated"), answered, is_single=True))
    spoken = languages_for(event)
    for question in questions:
        is_country = question.now.kind is QuestionKind.COUNTRY
        options = named if is_country else option_labels(question.now, spoken) or answered
        found.append(one(f"q{question.id}", in_language(question.now.labels, *spoken), options, is_long=is_country))
    return found


def chips(asked: Asked, known: Iterable[Filter]) -> list[Chip]:
    """The filters in force, each with what the list would be without it."""
    by_name = {one.name: one for one in known}
    found = []
    for (name, value), without in asked.filters():
        if name in by_name:
            label = by_name[name].label
            told = next((option.label for option in by_name[name].options if option.value == value), value)
        else:
            label = {"search": _("Search"), "from": _("Registered from"), "to": _("Registered until")}[name]
            day = {"from": asked.first_on, "to": asked.last_on}.get(name)
            told = times.days(day, day) if day else value
        found.append(Chip(_("%(filter)s: %(value)s", filter=label, value=told), without))
    return found


def _name_of_language(code: str) -> str:
    name = Locale.parse(code).get_display_name(str(get_locale() or "en")) or code
    return name[:1].upper() + name[1:]
