"""The mailbox in which mails come back, read over IMAP (RFC 3501), always encrypted.

Mails stay there: what we have looked at is marked as seen, and nothing is ever deleted.
"""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ranevents.core.bounce_settings import BounceSettings

SECONDS_AN_ANSWER = 30


class MailboxIsOut(Exception):
    """The mailbox can't be read now; the text says why, without anybody's address."""


class Mailbox:
    """An open folder. Its methods raise MailboxIsOut."""

    def __init__(self, host: imaplib.IMAP4) -> None:
        self._host = host

    def unseen(self, *, at_most: int) -> list[str]:
        """The numbers (UIDs) of mails that nobody has looked at, oldest first."""
        found = self._ask("SEARCH", "UNSEEN")
        numbers = found[0].split() if found and found[0] else []
        return [number.decode("ascii") for number in numbers[:at_most]]

    def beginning_of(self, number: str, *, octets: int) -> bytes:
        """The beginning of a mail, which it leaves unseen; nothing where it is gone."""
        found = self._ask("FETCH", number, f"(BODY.PEEK[]<0.{octets}>)")
        # Some servers give the whole mail all the same.
        return next((bytes(one[1][:octets]) for one in found if isinstance(one, tuple)), b"")

    def mark_as_seen(self, number: str) -> None:
        """Not to be looked at again."""
        self._ask("STORE", number, "+FLAGS.SILENT", r"(\Seen)")

    def _ask(self, command: str, *told: str) -> list[Any]:
        with _told_of(f"did not answer to {command}"):
            answer, found = self._host.uid(command, *told)
        if answer != "OK":
            raise MailboxIsOut(f"refused {command}")
        return found


@contextmanager
def opened(settings: BounceSettings) -> Iterator[Mailbox]:
    """The folder that the settings name. Raises MailboxIsOut."""
    with _told_of("can't be reached"):
        host = imaplib.IMAP4_SSL(
            settings.bounce_imap_host,
            settings.bounce_imap_port,
            ssl_context=ssl.create_default_context(),
            timeout=SECONDS_AN_ANSWER,
        )
    try:
        with _told_of("refuses the user or the password"):
            host.login(settings.bounce_imap_user, settings.bounce_imap_password)
        with _told_of("has no such folder"):
            answer, _found = host.select(_quoted(settings.bounce_imap_folder))
        if answer != "OK":
            raise MailboxIsOut("has no such folder")
        yield Mailbox(host)
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            host.logout()
        with suppress(OSError):
            host.shutdown()


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@contextmanager
def _told_of(what: str) -> Iterator[None]:
    """Tell an error by what we were about: the server's own words may quote the user."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        raise MailboxIsOut(f"{what} ({type(error).__name__})") from None
