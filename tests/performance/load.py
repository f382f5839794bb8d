"""Who asks: processes of their own, one kept-open connection each, the next request when the last is answered."""

import multiprocessing
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

CONNECTIONS = 8
"""As many as the web processes have threads, all together."""


class Visitor:
    """One connection (HTTP/1.1, RFC 9112) and one cookie; as little work as possible, for it shares the cores."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._host = f"127.0.0.1:{port}"
        self._cookie = ""

    def ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """GET the path, or POST the fields to it."""
        body = b"" if fields is None else urlencode(fields).encode()
        lines = [f"{'GET' if fields is None else 'POST'} {path} HTTP/1.1", f"Host: {self._host}"]
        if self._cookie:
            lines.append(f"Cookie: {self._cookie}")
        if fields is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        return self._answer()

    def _answer(self) -> tuple[int, str]:
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _, body = got.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        while length is None or len(body) < int(length[1]):
            body += self._more()
        baked = re.search(rb"(?i)\r\nset-cookie: *([^;\r]+)", head)
        if baked:
            self._cookie = baked[1].decode()
        return int(head[9:12]), body.decode()

    def _more(self) -> bytes:
        got = self._socket.recv(65536)
        if not got:
            raise ConnectionError("the site hung up")
        return got


@dataclass(frozen=True)
class Scene:
    """What a visitor does again and again. `once` is done first, not counted, and its result handed to `again`."""

    port: int
    again: Callable[[Visitor, dict[str, str], str], None]
    once: Callable[[Visitor], dict[str, str]] = lambda _visitor: {}


@dataclass(frozen=True)
class Figures:
    """What came of one round: how many a second, and how long each took, in seconds."""

    rate: float
    took: list[float]


def run(scene: Scene, seconds: float, connections: int = CONNECTIONS) -> Figures:
    """All visitors act the scene for so long."""
    fork = multiprocessing.get_context("fork")
    begin = fork.Barrier(connections)
    ends = [fork.Pipe(duplex=False) for _ in range(connections)]
    visitors = [
        fork.Process(target=_visit, args=(scene, seconds, begin, told, f"{nth}x{time.monotonic_ns()}"), daemon=True)
        for nth, (_heard, told) in enumerate(ends)
    ]
    for visitor in visitors:
        visitor.start()
    for _heard, told in ends:
        told.close()
    heard = [heard.recv() for heard, _told in ends]
    for visitor in visitors:
        visitor.join()
    return Figures(sum(len(took) / lasted for took, lasted in heard), [one for took, _lasted in heard for one in took])


def _visit(scene: Scene, seconds: float, begin: object, told: object, name: str) -> None:
    visitor = Visitor(scene.port)
    kept = scene.once(visitor)
    begin.wait()  # type: ignore[attr-defined]
    took: list[float] = []
    start = now = time.perf_counter()
    while now < start + seconds:
        scene.again(visitor, kept, f"{name}x{len(took)}")
        after = time.perf_counter()
        took.append(after - now)
        now = after
    told.send((took, now - start))  # type: ignore[attr-defined]
