"""The life of a message.

Its moves while it is delivered are kept in the table `deliveries`, not in the audit trail: the mail log is their trail.
"""

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from ranevents.core.states import Life


class MessageState(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    BOUNCED = "bounced"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The state as a reader sees it."""
        return str(_LABELS[self])


_LABELS = {
    MessageState.QUEUED: _l("Waiting to be sent"),
    MessageState.SENDING: _l("Being sent"),
    MessageState.SENT: _l("Sent"),
    MessageState.BOUNCED: _l("Came back"),
    MessageState.FAILED: _l("Failed"),
    MessageState.CANCELLED: lazy_pgettext("mail", "Cancelled"),
}


ENDED = frozenset({MessageState.SENT, MessageState.BOUNCED, MessageState.FAILED, MessageState.CANCELLED})
"""Where a message is no longer on its way."""


class Happening(StrEnum):
    """What higher rooms may have to hear of; `ranevents/app.py` says which do."""

    CAME_BACK = "came_back"


class Cause(StrEnum):
    """Why a mail came back, as far as its status code tells (RFC 3463)."""

    ADDRESS = "address"
    FULL = "full"
    REFUSED = "refused"
    OTHER = "other"

    @property
    def advice(self) -> str:
        """What is the matter, and what an organiser may do about it."""
        return str(_ADVICE[self])


_ADVICE = {
    Cause.ADDRESS: _l(
        "The address does not exist, or not any more. Ask the person for the right one and correct it: what is sent"
        " afterwards goes there."
    ),
    Cause.FULL: _l("The mailbox is full. Tell the person in another way, or send the mail again in some days."),
    Cause.REFUSED: _l(
        "The recipient's mail server does not take our mails. Tell the person in another way, and let your mail"
        " administrator know what is said above."
    ),
    Cause.OTHER: _l(
        "The mail did not reach the mailbox. Check the address; if it is right, send the mail again, or tell the person"
        " in another way."
    ),
}


class MessageStep(StrEnum):
    """What may happen to a message."""

    CLAIM = "claim"
    DELIVER = "deliver"
    POSTPONE = "postpone"
    GIVE_UP = "give_up"
    RETRY = "retry"
    CANCEL = "cancel"
    BOUNCE = "bounce"


LIFE = Life(
    name="message",
    moves={
        (MessageState.QUEUED, MessageStep.CLAIM): MessageState.SENDING,
        (MessageState.SENDING, MessageStep.CLAIM): MessageState.SENDING,
        (MessageState.SENDING, MessageStep.DELIVER): MessageState.SENT,
        (MessageState.SENDING, MessageStep.POSTPONE): MessageState.QUEUED,
        (MessageState.SENDING, MessageStep.GIVE_UP): MessageState.FAILED,
        (MessageState.FAILED, MessageStep.RETRY): MessageState.QUEUED,
        (MessageState.QUEUED, MessageStep.CANCEL): MessageState.CANCELLED,
        (MessageState.SENT, MessageStep.BOUNCE): MessageState.BOUNCED,
    },
    silent=frozenset(MessageStep),
    trail=False,
)
