"""A mail server that takes everything and keeps nothing, in a process of its own: as fast as Python can answer.

Two words of its own: XANEW forgets, XTOLD answers how many mails came since, and in how many seconds.
"""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Sink:
    count = 0
    first = last = 0.0

    def anew(self) -> None:
        self.count, self.first, self.last = 0, 0.0, 0.0

    def note(self) -> None:
        self.last = time.perf_counter()
        self.first = self.first or self.last
        self.count += 1


class Dialogue(asyncio.Protocol):
    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._buffer = b""
        self._in_content = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        ending = b"\r\n.\r\n" if self._in_content else b"\r\n"
        while ending in self._buffer:
            line, _, self._buffer = self._buffer.partition(ending)
            self._transport.write(self._taken() if self._in_content else self._answer(line))
            ending = b"\r\n.\r\n" if self._in_content else b"\r\n"

    def _taken(self) -> bytes:
        self._in_content = False
        self._sink.note()
        return b"250 taken\r\n"

    def _answer(self, line: bytes) -> bytes:
        word = line[:4].upper()
        if word == b"DATA":
            self._in_content = True
            return b"354 go on\r\n"
        if word == b"EHLO":
            return b"250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 10000000\r\n"
        if word == b"QUIT":
            return b"221 goodbye\r\n"
        if word == b"XANE":
            self._sink.anew()
        if word == b"XTOL":
            return f"250 {self._sink.count} {self._sink.last - self._sink.first:.6f}\r\n".encode()
        return b"250 ok\r\n"


def tell(port: int, word: str) -> list[str]:
    """Say one of the sink's own words to it; what it answers."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line, line.makefile("rwb") as talk:
        talk.readline()
        talk.write(word.encode() + b"\r\n")
        talk.flush()
        return talk.readline().decode().split()[1:]


@contextmanager
def running() -> Iterator[int]:
    """The sink's port, while it runs."""
    process = subprocess.Popen([sys.executable, "-m", __name__], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


async def _serve() -> None:
    sink = Sink()
    server = await asyncio.get_running_loop().create_server(lambda: Dialogue(sink), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
