"""A real IMAP server for the tests: Twisted's, over TLS with a certificate of the tests' own, and one mailbox."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from io import BytesIO
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
from twisted.cred.portal import IRealm, Portal
from twisted.internet import reactor, ssl
from twisted.internet.protocol import ServerFactory
from twisted.internet.threads import blockingCallFromThread
from twisted.mail import imap4
from zope.interface import implementer

USER, PASSWORD = "bounces", "a password of words"


@implementer(imap4.IMessage)
class Mail:
    """One mail in the mailbox."""

    def __init__(self, number: int, content: bytes) -> None:
        self.number, self.content = number, content
        self.flags: set[str] = set()

    def getUID(self) -> int:
        return self.number

    def getFlags(self) -> list[str]:
        return sorted(self.flags)

    def getInternalDate(self) -> str:
        return "Thu, 01 Mar 2018 09:00:00 +0000"

    def getHeaders(self, negate: bool, *names: str) -> dict[str, str]:
        return {name.lower(): str(value) for name, value in message_from_bytes(self.content).items()}

    def getBodyFile(self) -> BytesIO:
        return BytesIO(self.content.partition(b"\r\n\r\n")[2])

    def getSize(self) -> int:
        return len(self.content)

    def isMultipart(self) -> bool:
        return False

    def getSubPart(self, part: int) -> None:
        raise IndexError(part)


@implementer(imap4.IMessageFile)
class WholeMail(Mail):
    """A mail that is handed out octet by octet as it came."""

    def open(self) -> BytesIO:
        return BytesIO(self.content)


@implementer(imap4.IMailbox)
class Mailbox:
    """The folder. Mails get numbers (UIDs) that are not their places in it."""

    def __init__(self) -> None:
        self.mails: list[WholeMail] = []

    def add(self, content: bytes) -> None:
        self.mails.append(WholeMail(100 + 10 * len(self.mails), content))

    @property
    def seen(self) -> list[bool]:
        return ["\\Seen" in mail.flags for mail in self.mails]

    def _at(self, places: Any, uid: bool) -> list[tuple[int, WholeMail]]:
        places.last = self.mails[-1].number if uid and self.mails else len(self.mails)
        return [(place, mail) for place, mail in enumerate(self.mails, 1) if (mail.number if uid else place) in places]

    def fetch(self, places: Any, uid: bool) -> list[tuple[int, WholeMail]]:
        return self._at(places, uid)

    def store(self, places: Any, flags: list[str], mode: int, uid: bool) -> dict[int, list[str]]:
        found = self._at(places, uid)
        for _place, mail in found:
            mail.flags = set(flags) if mode == 0 else mail.flags | set(flags) if mode > 0 else mail.flags - set(flags)
        return {place: mail.getFlags() for place, mail in found}

    def getFlags(self) -> list[str]:
        return ["\\Seen", "\\Deleted"]

    def getHierarchicalDelimiter(self) -> str:
        return "/"

    def getUIDValidity(self) -> int:
        return 1

    def getUIDNext(self) -> int:
        return 100 + 10 * len(self.mails)

    def getUID(self, place: int) -> int:
        return self.mails[place - 1].number

    def getMessageCount(self) -> int:
        return len(self.mails)

    def getRecentCount(self) -> int:
        return 0

    def getUnseenCount(self) -> int:
        return self.seen.count(False)

    def isWriteable(self) -> bool:
        return True

    def destroy(self) -> None: ...

    def requestStatus(self, names: Any) -> Any:
        return imap4.statusRequestHelper(self, names)

    def addListener(self, listener: Any) -> None: ...

    def removeListener(self, listener: Any) -> None: ...

    def expunge(self) -> list[int]:
        return []


@dataclass
class Post:
    """The server: its mailbox, where it listens, and how it behaves."""

    mailbox: Mailbox = field(default_factory=Mailbox)
    port: int = 0
    certificate: Path = Path()
    drops_at: str | None = None
    """The command at which it closes the connection."""
    commands: list[str] = field(default_factory=list)


class _Server(imap4.IMAP4Server):  # type: ignore[misc]
    post: Post

    def dispatchCommand(self, tag: bytes, command: bytes, rest: bytes, uid: Any = None) -> Any:
        told = command.decode().upper()
        self.post.commands.append(told)
        if told == self.post.drops_at or (told == "UID" and self.post.drops_at in rest.decode().upper().split()[:1]):
            self.transport.abortConnection()
            return None
        return super().dispatchCommand(tag, command, rest, uid)


@implementer(IRealm)
class _Realm:
    def __init__(self, post: Post) -> None:
        self.post = post

    def requestAvatar(self, _who: bytes, _mind: Any, *_interfaces: Any) -> Any:
        account = imap4.MemoryAccount(USER)
        account.addMailbox("INBOX", self.post.mailbox)
        account.addMailbox("Returned mail", self.post.mailbox)
        return imap4.IAccount, account, lambda: None


@contextmanager
def running(folder: Path) -> Iterator[Post]:
    """A server that listens on a free port of this machine."""
    _begin_to_react()
    post = Post()
    post.certificate, key = _certificate(folder)
    checker = InMemoryUsernamePasswordDatabaseDontUse()
    checker.addUser(USER.encode(), PASSWORD.encode())
    factory = ServerFactory()
    factory.protocol = _protocol(post, Portal(_Realm(post), [checker]))  # type: ignore[assignment]
    context = ssl.DefaultOpenSSLContextFactory(str(key), str(post.certificate))
    listening = _call(lambda: reactor.listenSSL(0, factory, context, interface="127.0.0.1"))  # type: ignore[attr-defined]
    post.port = listening.getHost().port
    yield post
    _call(listening.stopListening)


def _protocol(post: Post, portal: Portal) -> Callable[[], _Server]:
    def make() -> _Server:
        server = _Server()
        server.portal, server.post = portal, post
        return server

    return make


_reacting: list[threading.Thread] = []


def _begin_to_react() -> None:
    """Twisted's reactor runs once in a process, to its end."""
    if not _reacting:
        run = reactor.run  # type: ignore[attr-defined]
        _reacting.append(threading.Thread(target=run, kwargs={"installSignalHandlers": False}, daemon=True))
        _reacting[0].start()


def _call(function: Callable[[], Any]) -> Any:
    return blockingCallFromThread(reactor, function)


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "the tests")])
    at = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private
