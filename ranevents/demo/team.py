"""The organisers of the demo and what they set up: accounts, series, events."""

from ranevents.accounts import service as accounts
from ranevents.accounts.models import Role, User
from ranevents.core.audit import SYSTEM
from ranevents.demo import programme
from ranevents.demo.programme import Plan
from ranevents.events import service as events
from ranevents.events.details import EventDetails, SeriesDetails
from ranevents.events.models import Event, Series

OWNER = "owner@ranevents.example.org"
OTHERS = {
    Role.EDITOR: ("editor@ranevents.example.org", "Ines Marwitz"),
    Role.DESK: ("desk@ranevents.example.org", "Timo Karhula"),
    Role.READER: ("reader@ranevents.example.org", "Odile Servais"),
}
NOTICE = (
    "The organiser uses your data to prepare and run this event: to give you a place, to write to you about it, and to "
    "have a badge and a meal ready. What you say about diet and access needs is encrypted, seen only by those who need "
    "it, and deleted soon after the event. You can read, correct or cancel everything by your personal link.\n\n"
    "This is a demonstration: the notice is an example."
)


def make(password: str) -> User:
    """Make the demo's accounts, all with one password; the owner, who is administrator too, is returned."""
    owner = accounts.create_organiser(OWNER, "Alma Reinholt", password=password, is_administrator=True, by=SYSTEM)
    for email, name in OTHERS.values():
        accounts.create_organiser(email, name, password=password, is_administrator=False, by=owner.as_actor)
    return owner


def series(year: int, *, by: User) -> Series:
    """The series of a year."""
    details = SeriesDetails(
        name=f"Policy and Practice Events {year}",
        slug=f"policy-and-practice-{year}",
        purpose=programme.PURPOSE,
        topics=programme.TOPICS,
    )
    return events.create_series(details, by=by.as_actor)


def event(plan: Plan, series_id: int, *, by: User) -> Event:
    """A draft of the planned event, with the whole team."""
    made = events.create(_details(plan, series_id), by=by.as_actor, owner=by)
    for role, (email, name) in OTHERS.items():
        accounts.add_member(made, email, name, role, by=by.as_actor)
    return made


def _details(plan: Plan, series_id: int) -> EventDetails:
    return EventDetails(
        series_id=series_id,
        title=plan.title,
        slug=plan.slug,
        theme=plan.theme,
        description=plan.description,
        host=plan.host,
        city=plan.city,
        country=plan.country,
        venue=plan.venue,
        time_zone=plan.time_zone,
        first_on=plan.first_on,
        last_on=plan.last_on,
        format=plan.format,
        capacity=plan.capacity,
        is_by_invitation=plan.is_by_invitation,
        is_by_delegation=False,
        is_open=True,
        needs_approval=plan.needs_approval,
        offer_hours=72,
        registration_opens_at=plan.opens_at,
        registration_closes_at=plan.closes_at,
        languages=("en",),
        contact_address=f"{plan.slug}@ranevents.example.org",
        privacy_notice=NOTICE,
    )
