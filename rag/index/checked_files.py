"""The files of a generation, whose checksums are compared before a library reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import IndexDamaged
from rag.files import is_intact

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rag.files import Digest

REBUILD_HINT = "rag index --rebuild"  # mends whatever the articles can be read again for


class CheckedFiles:
    """The folder of a generation with the digests that its manifest recorded.

    FAISS, tantivy, SQLite and NumPy trust the files they map: a changed byte may crash the process
    or give a wrong answer. So whoever opens a file asks for its path here, and pays for the check
    of that file alone.
    """

    def __init__(self, folder: Path, digests: Mapping[str, Digest]) -> None:
        """``digests`` are by the path of a file below ``folder``."""
        self._folder = folder
        self._digests = digests

    def check(self, name: str) -> Path:
        """Return the path of a file, or of a folder of files, once its content was found right.

        Raises IndexDamaged.
        """
        for file, recorded in self._digests.items():
            if file != name and not file.startswith(f"{name}/"):
                continue
            path = self._folder / file
            if not is_intact(path, recorded):
                raise IndexDamaged(f"{path} is not what was written", hint=REBUILD_HINT)
        return self._folder / name
