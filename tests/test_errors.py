"""The tree of errors: exit codes, and failures of the system with a way out."""

from __future__ import annotations

import errno
import os

import pytest

from rag import errors
from rag.errors import RagError, WriteError, convert_os_error

EXIT_CODES = {
    "RagError": 1,
    "UsageError": 2,
    "IndexProblem": 5,
    "IndexMissing": 5,
    "IndexLocked": 5,
    "IndexDamaged": 5,
    "IndexMismatch": 5,
    "StoreProblem": 5,
    "SourceError": 1,
    "WriteError": 1,
    "ModelError": 1,
    "LanguageModelError": 6,
    "UnforeseenError": 1,
}


def test_every_error_has_the_exit_code_that_scripts_expect() -> None:
    """Catches an exit code that changes, and an error that the command line does not know."""
    kinds = {
        name: kind.exit_code
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, RagError)
    }
    assert kinds == EXIT_CODES
    assert errors.NOT_IN_SOURCES == 3 and errors.UNVERIFIED == 4


@pytest.mark.parametrize(
    ("number", "kind", "hint"),
    [
        (errno.ENOSPC, WriteError, "free some space"),
        (errno.EDQUOT, WriteError, "free some space"),
        (errno.EROFS, WriteError, "--index DIR"),
        (errno.EACCES, RagError, "permissions"),
        (errno.EPERM, RagError, "permissions"),
        (errno.ENAMETOOLONG, RagError, "shorter"),
        (errno.EMFILE, RagError, "ulimit"),
        (errno.ENOENT, RagError, "rag status"),
        (errno.EIO, RagError, "rag status"),
    ],
)
def test_a_failure_of_the_system_names_its_file_and_a_way_out(
    number: int, kind: type[RagError], hint: str
) -> None:
    """Catches advice that does not fit, a file that is not named.

    And a full disk taken for a failure to read.
    """
    error = convert_os_error(OSError(number, os.strerror(number), "some.txt"))
    assert type(error) is kind
    assert error.message == f"some.txt: {os.strerror(number)}"
    assert hint in error.hint


def test_failures_that_name_no_file() -> None:
    """Catches "None: ..." on the screen, and a removed working folder taken for a missing index."""
    gone = convert_os_error(OSError(errno.ENOENT, os.strerror(errno.ENOENT)))
    assert "folder you are in" in gone.message and gone.hint.endswith("cd")
    assert convert_os_error(OSError(errno.EIO, "I/O error")).message == "I/O error"
    assert convert_os_error(OSError("odd")).message == "odd"
