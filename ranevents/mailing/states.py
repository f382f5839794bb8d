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
