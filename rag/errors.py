"""The tree of errors, each with its way out and its exit code.

RagError                exit 1
├── UsageError          exit 2   the command line asks for what cannot be
├── IndexMissing        exit 5   ┐
├── IndexLocked         exit 5   │ IndexProblem
├── IndexDamaged        exit 5   │
├── IndexMismatch       exit 5   │ made by another model, splitter or format
├── StoreProblem        exit 5   ┘ a database that keeps an index is gone, or refuses
├── SourceError         exit 1   an article, folder or file cannot be read
├── WriteError          exit 1   no permission, disk full
├── ModelError          exit 1   an embedding model cannot be loaded
├── LanguageModelError  exit 6   a language model cannot be reached
└── UnforeseenError     exit 1   whatever nobody foresaw, at the ends of the program
"""

from __future__ import annotations

import errno

# Exit codes. 5 and 6 are those of IndexProblem and LanguageModelError below; 130 and 143 are
# signals.
ANSWERED, FAILURE, USAGE, NOT_IN_SOURCES, UNVERIFIED = 0, 1, 2, 3, 4


class RagError(Exception):
    """A message that says what happened, then a hint that says the way out."""

    exit_code = FAILURE

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(RagError):
    """The command line asks for what cannot be."""

    exit_code = USAGE
    setting = ""  # the setting whose value is not allowed


class IndexProblem(RagError):
    """The index is missing, locked, damaged, or made by another model."""

    exit_code = 5


class IndexMissing(IndexProblem):
    """There is no index where one was looked for."""


class IndexLocked(IndexProblem):
    """Another process is building this index."""


class IndexDamaged(IndexProblem):
    """A file of the index is missing, cut short or changed."""


class IndexMismatch(IndexProblem):
    """The index was made by another model, splitter or format."""


class StoreProblem(IndexProblem):
    """The database that keeps the index cannot be reached, refuses, or lacks something."""


class SourceError(RagError):
    """An article, folder or file cannot be read."""


class WriteError(RagError):
    """A file cannot be written: no permission, disk full."""


class ModelError(RagError):
    """An embedding model cannot be loaded."""


class LanguageModelError(RagError):
    """A language model cannot be reached."""

    exit_code = 6


class UnforeseenError(RagError):
    """What nobody foresaw: a mistake of rag's, or of a library that it calls."""


_FREE_SPACE = "free some space on the disk, then try again: nothing that was there is lost"
_CHANGE_PERMISSIONS = "change the permissions, or name another folder: --index DIR"
_HINTS = {
    errno.ENOSPC: _FREE_SPACE,
    errno.EDQUOT: _FREE_SPACE,
    errno.EROFS: "--index DIR names a folder elsewhere",
    errno.EACCES: _CHANGE_PERMISSIONS,
    errno.EPERM: _CHANGE_PERMISSIONS,
    errno.ENAMETOOLONG: "give a shorter name",
    errno.EMFILE: "raise the limit of open files: ulimit -n 1024",
}
_WRITE_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


# Characters of a foreign message that are shown; chosen by hand. It may quote a whole article.
_MAX_FOREIGN_MESSAGE = 300


def convert_unforeseen(error: Exception, *, hint: str) -> RagError:
    """Return an exception that nobody foresaw as an error with a way out.

    An error of our own and a failure of the system stay what they are.
    """
    if isinstance(error, RagError):
        return error
    if isinstance(error, OSError):
        return convert_os_error(error)
    if isinstance(error, MemoryError):
        return RagError("the memory is full", hint="end other programs, then try again")
    text = f"{error}"[:_MAX_FOREIGN_MESSAGE]
    return UnforeseenError(f"nobody foresaw this: {type(error).__name__}: {text}", hint=hint)


def convert_os_error(error: OSError) -> RagError:
    """Return a failure of the system as an error with a way out."""
    # Only os.getcwd fails so without naming a file.
    if error.errno == errno.ENOENT and not error.filename:
        message = "the folder you are in is no longer there"
        return RagError(message, hint="go to another one: cd")
    message = error.strerror or str(error)
    if error.filename:
        message = f"{error.filename}: {message}"
    number = error.errno or 0
    hint = _HINTS.get(number, "rag status says where the index is")
    if number in _WRITE_ERRORS:
        return WriteError(message, hint=hint)
    return RagError(message, hint=hint)
