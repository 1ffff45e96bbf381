"""What an archive gives, whatever its kind: entries that are unpacked when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

MIB = 1 << 20
# All chosen by hand. A folder of a newspaper's articles of a year has some ten thousand files, and
# a hundred MiB; text is packed to a tenth, pages that are all alike to a fiftieth.
MAX_ENTRIES = 20_000
MAX_TOTAL = 512 * MIB  # of all that is unpacked
MAX_RATIO = 200
MIN_SUSPICIOUS = 4 * MIB  # what is smaller may be packed as tightly as it likes

LINK = "a link in an archive, which is not followed"
ENCRYPTED = "encrypted: only a password opens it"
NO_FILE = "not a regular file"
CUT_OFF = "cut off: its end is missing"
_SAVE_AGAIN = "save or download it again"


class Entry(NamedTuple):
    """One entry of an archive, by the name that stands there.

    ``take(size)`` gives its first bytes, up to a size, again from the first one; it is called
    before the next entry is asked for. It raises SourceError where they cannot be unpacked.
    """

    name: str
    size: int  # as the archive says
    fault: str  # why it is not read; else ""
    take: Callable[[int], bytes]
    is_whole: bool = False  # it is all that the archive holds, which is a packed file


def make_damaged_error(detail: str = "") -> SourceError:
    """Return the error for what cannot be unpacked."""
    message = f"damaged: {detail}" if detail else "damaged archive"
    return SourceError(message, hint=_SAVE_AGAIN)


def make_bomb_error() -> SourceError:
    """Return the error for what is packed as no text is."""
    return SourceError("packed too tightly for texts: an archive bomb")


def make_total_error() -> SourceError:
    """Return the error for an archive that holds more than is read of one."""
    limit = MAX_TOTAL // MIB
    return SourceError(
        f"unpacks to more than {limit} MiB: the rest is not read", hint="unpack it into a folder"
    )


def make_count_error() -> SourceError:
    """Return the error for an archive of more entries than are read of one."""
    return SourceError(
        f"packs more than {MAX_ENTRIES:,} files: the rest is not read",
        hint="unpack it into a folder",
    )


def refuse(size: int) -> bytes:
    """Give nothing of an entry that is not read."""
    return b""
