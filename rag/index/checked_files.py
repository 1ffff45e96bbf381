"""The files of a generation, which are checked before a library reads them.

Two things may be wrong with a file. It may not be what was written: the checksums of the manifest
tell. Or it was made to harm, with checksums that are right: so what is read is also held against
the form that rag writes (``Damage``, ``require``). The first is certain; the second is best effort.
"""

from __future__ import annotations

import functools
import struct
import zlib
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from rag.errors import IndexDamaged
from rag.files import BLOCK_BYTES, is_block_intact, is_intact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from rag.files import Digest

REBUILD_HINT = "rag index --rebuild"  # mends whatever the articles can be read again for

# What reading raises where a file holds what rag never writes: bytes that are no text, numbers out
# of range, values of another type, too few of them, sizes that no memory holds.
DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    TypeError,
    ValueError,  # also UnicodeDecodeError
    struct.error,
    zlib.error,
)

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def report_damage(read: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Return a function that reads an index, made to raise IndexDamaged for impossible values."""

    @functools.wraps(read)
    def read_or_report(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return read(*args, **kwargs)
        except DAMAGE as error:
            raise IndexDamaged(
                f"the index holds what rag does not write ({type(error).__name__}: {error!s:.80})",
                hint=REBUILD_HINT,
            ) from error

    return read_or_report


def require(condition: object, what: str) -> None:
    """Raise IndexDamaged unless something holds of what was read."""
    if not condition:
        raise IndexDamaged(f"the index holds what rag does not write: {what}", hint=REBUILD_HINT)


class CheckedFiles:
    """The folder of a generation with the digests that its manifest recorded.

    FAISS, SQLite and NumPy trust the files they map: a changed byte may crash the process
    or give a wrong answer. So whoever opens a file asks for its path here, and pays for the check
    of that file alone; of a long one that is read in places, for the blocks that are read.
    """

    def __init__(self, folder: Path, digests: Mapping[str, Digest]) -> None:
        """``digests`` are by the path of a file below ``folder``."""
        self._folder = folder
        self._digests = digests
        self._checked_blocks: set[tuple[str, int]] = set()

    def check(self, name: str) -> Path:
        """Return the path of a file, or of a folder of files, once all of it was found right.

        Raises IndexDamaged.
        """
        for file, recorded in self._digests.items():
            if file != name and not file.startswith(f"{name}/"):
                continue
            path = self._folder / file
            if not is_intact(path, recorded):
                raise IndexDamaged(f"{path} is not what was written", hint=REBUILD_HINT)
        return self._folder / name

    def check_range(self, name: str, start: int, end: int) -> Path:
        """Return the path of a file once its bytes from ``start`` to ``end`` were found right.

        A block is checked when it is first asked for. Raises IndexDamaged.
        """
        path = self._folder / name
        self.require_range(name, start, end)
        return path

    def require_range(self, name: str, start: int, end: int) -> None:
        """Raise IndexDamaged unless these bytes of a file were found right, now or before."""
        recorded = self._digests.get(name)
        if recorded is None:
            return
        for block in range(start // BLOCK_BYTES, -(-end // BLOCK_BYTES)):
            if (name, block) in self._checked_blocks:
                continue
            path = self._folder / name
            if not is_block_intact(path, recorded, block):
                raise IndexDamaged(f"{path} is not what was written", hint=REBUILD_HINT)
            self._checked_blocks.add((name, block))
