"""The events of the demo.

Sofia's place, day, host and theme are those of the real event of 4 April 2018, told in our own words. Everything else
is invented: the other five events of 2018, and those that are to come.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ranevents.events.models import Format

PURPOSE = (
    "Six meetings a year bring those who make prevention policy together with those who carry it out. They help "
    "national authorities to turn the recommendations of the European expert group on radicalisation into practice, "
    "and show policy makers what works on the ground."
)

TOPICS = (
    "Prison, probation and the way back into society",
    "Credible voices and propaganda online",
    "Local partnerships: authorities, communities and families",
    "Schools and social inclusion",
    "Those who return, and the children among them",
    "Cooperation with partner countries",
)
"""What the series covers, after the chapters of the expert group's recommendations."""

INVENTED = "This event is invented, for trying out the software."


@dataclass(frozen=True)
class Plan:
    """What an organiser enters for one event."""

    slug: str
    title: str
    theme: str
    description: str
    host: str
    city: str
    country: str
    venue: str
    time_zone: str
    first_on: date
    days: int
    capacity: int
    format: Format = Format.ON_SITE
    needs_approval: bool = False
    is_by_invitation: bool = False
    opens_days_before: int = 90
    closes_days_before: int = 10

    @property
    def last_on(self) -> date:
        """The last day."""
        return self.first_on + timedelta(days=self.days - 1)

    @property
    def opens_at(self) -> datetime:
        """When registration opens: at nine in the morning at the event's place."""
        return self._nine_o_clock(self.opens_days_before)

    @property
    def closes_at(self) -> datetime:
        """When registration closes."""
        return self._nine_o_clock(self.closes_days_before)

    def _nine_o_clock(self, days_before: int) -> datetime:
        day = self.first_on - timedelta(days=days_before)
        return datetime.combine(day, time(9), ZoneInfo(self.time_zone)).astimezone(UTC)


PAST = (
    Plan(
        slug="sofia-2018",
        title="Working together against violent extremism, in the EU and the Western Balkans",
        theme="Police cooperation, and partnerships with communities that last",
        description=(
            "Policy makers and practitioners from EU member states and the Western Balkan partners look for answers "
            "to the challenges they share.\n\n"
            "On the table: police cooperation across borders; partnerships with NGOs and communities, from the "
            "village to Europe; help for minors, in which child protection and security services work hand in hand.\n\n"
            "It is the first of six events in 2018 and stands in the calendar of the Bulgarian Presidency."
        ),
        host="Bulgarian Presidency of the Council of the EU, Ministry of Interior",
        city="Sofia",
        country="BG",
        venue="Told to participants",
        time_zone="Europe/Sofia",
        first_on=date(2018, 4, 4),
        days=1,
        capacity=30,
    ),
    Plan(
        slug="thessaloniki-2018",
        title="The day after prison",
        theme="Prison, probation and communities, before and after release",
        description=f"Who prepares a release, who takes over, and what do they need to know?\n\n{INVENTED}",
        host="Directorate for Social Cohesion",
        city="Thessaloniki",
        country="GR",
        venue="Old Harbour Conference Hall",
        time_zone="Europe/Athens",
        first_on=date(2018, 5, 24),
        days=2,
        capacity=16,
    ),
    Plan(
        slug="zagreb-2018",
        title="Schools that hold together",
        theme="What teachers can do, and what they should not have to do alone",
        description=f"Teachers, youth workers and ministries compare what helps in class.\n\n{INVENTED}",
        host="Office for Community Safety",
        city="Zagreb",
        country="HR",
        venue="Adult Education Centre North",
        time_zone="Europe/Zagreb",
        first_on=date(2018, 6, 21),
        days=1,
        capacity=14,
    ),
    Plan(
        slug="tallinn-2018",
        title="Voices that are heard",
        theme="Credible answers to propaganda online",
        description=f"From counting clicks to changing minds: what campaigns achieve.\n\n{INVENTED}",
        host="Department of Internal Safety",
        city="Tallinn",
        country="EE",
        venue="Creative Hub Lõuna",
        time_zone="Europe/Tallinn",
        first_on=date(2018, 9, 13),
        days=2,
        capacity=16,
        format=Format.HYBRID,
    ),
    Plan(
        slug="vienna-2018",
        title="Coming back as a child",
        theme="Families who return, and the services around them",
        description=f"Child protection, schools and security services plan one way together.\n\n{INVENTED}",
        host="Office for Prevention Policy",
        city="Vienna",
        country="AT",
        venue="Haus der Begegnung am Kanal",
        time_zone="Europe/Vienna",
        first_on=date(2018, 10, 18),
        days=1,
        capacity=14,
    ),
    Plan(
        slug="skopje-2018",
        title="The first address is the town hall",
        theme="Local authorities and their partners in the Western Balkans",
        description=f"How municipalities build teams that do not end with a project.\n\n{INVENTED}",
        host="National Committee for Prevention",
        city="Skopje",
        country="MK",
        venue="City Library, great hall",
        time_zone="Europe/Skopje",
        first_on=date(2018, 11, 28),
        days=2,
        capacity=18,
    ),
)


@dataclass(frozen=True)
class ToCome:
    """The events that lie ahead of the day on which the demo is built."""

    open: Plan
    full: Plan
    with_approval: Plan
    opening_later: Plan
    draft: Plan


def to_come(today: date) -> ToCome:
    """The events ahead, their days counted from today."""
    return ToCome(_open(today), _full(today), _with_approval(today), _opening_later(today), _draft(today))


def _weekday(today: date, *, weeks: int, weekday: int) -> date:
    """The first such day of the week (0 is Monday) that is at least so many weeks ahead."""
    day = today + timedelta(weeks=weeks)
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _open(today: date) -> Plan:
    return Plan(
        slug="gdansk",
        title="Doors that stay open",
        theme="Youth work that reaches those who have turned away",
        description=(
            "Youth workers, teachers and police officers show how they keep talking when it becomes hard, and what "
            f"they need from those who decide.\n\n{INVENTED}"
        ),
        host="Community Safety Forum",
        city="Gdańsk",
        country="PL",
        venue="Solidarity Hall, entrance B",
        time_zone="Europe/Warsaw",
        first_on=_weekday(today, weeks=8, weekday=3),
        days=1,
        capacity=90,
        is_by_invitation=True,
    )


def _full(today: date) -> Plan:
    first_on = _weekday(today, weeks=6, weekday=2)
    return Plan(
        slug="ljubljana",
        title="One town, many hands",
        theme="Local partnerships between authorities, communities and families",
        description=(
            "Who notices first, who is called, and who stays? Teams from towns of every size show how they work "
            f"together, and what they would do differently.\n\n{INVENTED}"
        ),
        host="Office for Prevention and Resilience",
        city="Ljubljana",
        country="SI",
        venue="Hall on the Three Bridges",
        time_zone="Europe/Ljubljana",
        first_on=first_on,
        days=2,
        capacity=60,
    )


def _with_approval(today: date) -> Plan:
    return Plan(
        slug="brussels",
        title="What do we know about what works?",
        theme="A workshop on evaluating prevention",
        description=(
            "Twenty-five people who evaluate programmes, or have to decide upon them, work through real cases. "
            f"The organiser looks at each registration.\n\n{INVENTED}"
        ),
        host="European Desk for Prevention",
        city="Brussels",
        country="BE",
        venue="Meeting centre Trois Marronniers",
        time_zone="Europe/Brussels",
        first_on=_weekday(today, weeks=10, weekday=1),
        days=1,
        capacity=25,
        needs_approval=True,
    )


def _opening_later(today: date) -> Plan:
    return Plan(
        slug="tbilisi",
        title="Neighbours in prevention",
        theme="Cooperation with partner countries",
        description=f"An exchange with partners in the east of Europe and the South Caucasus.\n\n{INVENTED}",
        host="Forum for Applied Prevention",
        city="Tbilisi",
        country="GE",
        venue="House on the Kura",
        time_zone="Asia/Tbilisi",
        first_on=_weekday(today, weeks=18, weekday=3),
        days=2,
        capacity=50,
        format=Format.HYBRID,
        closes_days_before=14,
    )


def _draft(today: date) -> Plan:
    return Plan(
        slug="lisbon",
        title="Young people as partners",
        theme="Schools and social inclusion",
        description=f"Still a draft: only its team sees it.\n\n{INVENTED}",
        host="Office for Integrated Security",
        city="Lisbon",
        country="PT",
        venue="Escola da Ribeira Nova",
        time_zone="Europe/Lisbon",
        first_on=_weekday(today, weeks=26, weekday=3),
        days=2,
        capacity=45,
    )
