"""The life of an event. Whether it is open for registration follows from its instants, not from its state."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from ranevents.core.states import Life


class EventState(StrEnum):
    """Where an event stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    FINISHED = "finished"
    ARCHIVED = "archived"

    @property
    def label(self) -> str:
        """The state as a reader sees it."""
        return str(_LABELS[self])

    @property
    def is_editable(self) -> bool:
        """Whether what is said about the event may still be changed."""
        return self in (EventState.DRAFT, EventState.PUBLISHED, EventState.FINISHED)


_LABELS = {
    EventState.DRAFT: _l("Draft"),
    EventState.PUBLISHED: _l("Published"),
    EventState.CANCELLED: lazy_pgettext("event", "Cancelled"),
    EventState.FINISHED: _l("Finished"),
    EventState.ARCHIVED: _l("Archived"),
}


class EventStep(StrEnum):
    """What may happen to an event."""

    PUBLISH = "publish"
    CANCEL = "cancel"
    FINISH = "finish"
    ARCHIVE = "archive"


class Happening(StrEnum):
    """What other rooms may have to act upon."""

    CANCELLED = "event cancelled"
    PLACES_ADDED = "places added"  # also where an event that had begun is moved later: places are offered again
    MOVED = "event moved"
    BROUGHT_FORWARD = "event begins earlier"


LIFE = Life(
    name="event",
    moves={
        (EventState.DRAFT, EventStep.PUBLISH): EventState.PUBLISHED,
        (EventState.DRAFT, EventStep.CANCEL): EventState.CANCELLED,
        (EventState.PUBLISHED, EventStep.CANCEL): EventState.CANCELLED,
        (EventState.PUBLISHED, EventStep.FINISH): EventState.FINISHED,
        (EventState.FINISHED, EventStep.ARCHIVE): EventState.ARCHIVED,
        (EventState.CANCELLED, EventStep.ARCHIVE): EventState.ARCHIVED,
    },
    # Those registered are told by the steps of their own registrations (see CONSEQUENCES in app.py).
    silent=frozenset(EventStep),
)
