"""The process that reads files whose format is guarded: one after the other, until its input ends.

It limits itself before it reads the first of them. What it does not foresee ends it: the process
that started it says so of the file, and starts another one.
"""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, NamedTuple

from rag.errors import SourceError
from rag.reading.formats import load_format
from rag.reading.wire import encode_error, encode_extracted, read_frame, take_streams, write_frame

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_REQUEST = 1 << 30  # bytes; files are held to their limit before


class Limits(NamedTuple):
    """What the process may use."""

    seconds: int  # of the processor, for a file
    memory: int  # bytes
    characters: int  # of the text of a file


def serve(*limits: int) -> None:
    """Read files, whose requests are the name of a format and their bytes."""
    answer_requests(Limits(*limits), _answer)


def answer_requests(limits: Limits, answer: Callable[[str, bytes, Limits], bytes]) -> None:
    """Read requests, a name and then bytes, and answer each of them."""
    requests, answers = take_streams()
    # Control-C ends the process that started this one, and that one ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory(limits.memory)
    while True:
        try:
            name = read_frame(requests, _MAX_REQUEST).decode()
            data = read_frame(requests, _MAX_REQUEST)
        except EOFError:
            return
        write_frame(answers, answer(name, data, limits))


def _answer(name: str, data: bytes, limits: Limits) -> bytes:
    """Return the text of a file, or the reason why there is none, as bytes."""
    limit_time(limits.seconds)
    try:
        extracted = load_format(name).extract(data)
        if len(extracted.text) > limits.characters:
            return encode_error(_make_too_long_error(limits))
        return encode_extracted(extracted)
    except SourceError as error:
        return encode_error(error)
    except MemoryError:
        return encode_error(make_memory_error())
    except RecursionError:
        return encode_error(SourceError("damaged: nested too deep", hint="save it again"))


def make_memory_error() -> SourceError:
    """Return the error for a file that takes more memory than it may."""
    return SourceError("reading it takes too much memory", hint="split the file")


def _make_too_long_error(limits: Limits) -> SourceError:
    limit = f"{limits.characters:,}"
    return SourceError(f"holds more than {limit} characters", hint="split the file")


def _limit_memory(memory: int) -> None:
    """Limit the memory of this process, and forbid it to write files, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    for kind, limit in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0)):
        _, most = resource.getrlimit(kind)
        if most != resource.RLIM_INFINITY:
            limit = min(limit, most)
        resource.setrlimit(kind, (limit, most))
    # A crash leaves no image of the memory behind.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_time(seconds: int) -> None:
    """End this process when it has worked so long from now: nobody may be left to end it."""
    if sys.platform == "win32":
        return
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(usage.ru_utime + usage.ru_stime) + 1 + seconds
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    if most != resource.RLIM_INFINITY:
        limit = min(limit, most)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, most))
