"""Mails that arrive where mails come back: samples shaped like what real servers write, about a mail of the tests."""

from pathlib import Path

from ranevents.mailing import bounce_addresses
from ranevents.mailing.models import Message

BOUNCE_ADDRESS = "bounces@events.example.org"
SAMPLES = Path(__file__).parent / "bounces"


def sample(name: str, message: Message, *, envelope: str | None = None, message_id: str | None = None) -> bytes:
    """A sample about a message; `envelope` and `message_id`: other ones than its own."""
    address = bounce_addresses.sender_of(message.id) if envelope is None else envelope
    words = {
        "{ENVELOPE}": address,
        "{ENVELOPE_UPPER}": address.upper(),
        "{MESSAGE_ID}": message.message_id if message_id is None else message_id,
        "{TO}": message.to_address or "maria@example.org",
    }
    text = (SAMPLES / f"{name}.eml").read_text()
    for mark, word in words.items():
        text = text.replace(mark, word)
    return text.replace("\n", "\r\n").encode()
