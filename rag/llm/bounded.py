"""An answer over HTTP that ends: in time, however slowly it comes, and before it fills the memory.

A socket waits for each word anew, so that a server which sends one letter a second is read for
ever; and http.client believes what a server says of a length, be it -1.
"""

from __future__ import annotations

import io
import time
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.llm.models import AnswerCut

if TYPE_CHECKING:
    import socket


# Chosen by hand: an answer of a thousand tokens has 5,000 characters, and each comes in an object
# of 300 bytes.
MAX_BYTES = 10_000_000
# What reading raises where a server breaks off, or announces a length that is none.
BROKEN = (OSError, HTTPException, ValueError, OverflowError)


class Patience(NamedTuple):
    """How long is waited for a word, and how long for all of an answer, in seconds."""

    silence: float
    total: float


def make_response_class(patience: Patience) -> type[HTTPResponse]:
    """Return a kind of response of which so much is read as the patience allows.

    Reading on raises AnswerCut.
    """

    class BoundedResponse(HTTPResponse):
        def __init__(
            self, sock: socket.socket, debuglevel: int = 0, method: str | None = None
        ) -> None:
            super().__init__(sock, debuglevel, method)
            bounded = _BoundedStream(sock, self.fp.detach(), patience)
            self.fp = io.BufferedReader(bounded)

    return BoundedResponse


class _BoundedStream(io.RawIOBase):
    """The bytes of a socket."""

    def __init__(self, sock: socket.socket, stream: io.RawIOBase, patience: Patience) -> None:
        super().__init__()
        self._socket = sock
        self._stream = stream
        self._patience = patience
        self._end = time.monotonic() + patience.total
        self._length = 0

    def readable(self) -> bool:
        """Return that it is."""
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - as RawIOBase has it
        """Fill a buffer with what has come. Raises AnswerCut, OSError."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise AnswerCut(f"the answer was cut after {self._patience.total:g} seconds")
        self._socket.settimeout(min(left, self._patience.silence))
        size = self._stream.readinto(buffer)
        self._length += size or 0
        if self._length > MAX_BYTES:
            raise AnswerCut(f"the answer was cut after {MAX_BYTES:,} bytes")
        return size

    def close(self) -> None:
        """Close the socket's stream."""
        self._stream.close()
        super().close()
