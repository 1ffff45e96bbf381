"""Archives: the bytes of one file into many documents, none of them ever written to the disk.

An archive is no format, which gives one text: it is a folder in a file. Its members are read by the
formats as files are, and named ``archive.zip/inner/name.md``.

Nothing that an archive says of itself is believed: names may climb out of it, sizes may be lies, a
few bytes may unpack to gigabytes. What is read is counted while it is unpacked, never more than is
asked for at once, and each limit ends in a reason.

``guarded`` has that done by another process, within limits, where ``guarded_child`` answers it.
``members`` walks through an archive and says which of its entries are read. ``entries`` is what the
kinds of archives give it: ``zip_entries``, ``tar_entries``, and ``single_file`` for a file that is
packed alone; ``unpacking`` is what the last two read.
"""

from rag.reading.archives.members import (
    Member,
    find_archive,
    find_kind,
    has_archive_suffix,
    list_archive_suffixes,
)

__all__ = [
    "Member",
    "find_archive",
    "find_kind",
    "has_archive_suffix",
    "list_archive_suffixes",
]
