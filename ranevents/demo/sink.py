"""A mail server that delivers nothing: it keeps each mail as a file, to be read in the browser.

`python -m ranevents.demo.sink PORT FOLDER` runs it until SIGTERM; it listens on this machine only.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from ranevents.core import clock, tokens

HOST = "127.0.0.1"
LARGEST = 10 * 1024 * 1024


class Keeper:
    """Keeps what arrives: one file a mail, whole or not at all, its name in the order of arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        """Take one mail."""
        name = f"{clock.now():%Y%m%dT%H%M%S%f}-{tokens.reference(6)}"
        written = self.folder / f"{name}.part"
        content = envelope.content or b""
        written.write_bytes(content.encode() if isinstance(content, str) else content)
        os.replace(written, self.folder / f"{name}.eml")
        return "250 OK, kept"


async def serve(port: int, folder: Path) -> None:
    """Take mails on the port until the process is asked to stop."""
    keeper = Keeper(folder)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="localhost", enable_SMTPUTF8=True, data_size_limit=LARGEST, loop=loop), HOST, port
    )
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
