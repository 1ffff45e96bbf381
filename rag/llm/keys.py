"""The key that a server wants: from the environment, or from a file that its owner alone reads.

A key is never taken from a flag, where every user of the machine sees it, and never printed.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from typing import TYPE_CHECKING

from rag.errors import UsageError
from rag.settings import get_user_config

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rag.llm.specs import Spec

FILE = "llm.keys"
_MAX_BYTES = 1 << 16  # far above any; by hand
# What may stand in a header: no space, no line end.
_KEY = re.compile(r"[!-~]{1,4096}")


def find_key(spec: Spec, environ: Mapping[str, str] | None = None) -> str:
    """Return the key for a model's server; empty where there is none.

    Raises:
        UsageError: it cannot be one, or others may read its file.
    """
    environ = os.environ if environ is None else environ
    for name in spec.key_names:
        key = environ.get(name, "").strip()
        if key:
            return _check_key(key, name)
    if not spec.address:
        return ""
    path = get_key_file()
    key = read_keys(path).get(spec.host, "")
    return _check_key(key, str(path)) if key else ""


def get_key_file() -> Path:
    """Return where the user's keys lie, there or not."""
    return get_user_config().with_name(FILE)


def read_keys(path: Path) -> dict[str, str]:
    """Return the keys of a file by host: a line reads ``api.openai.com KEY``.

    Raises:
        UsageError: another user may read the file, or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            _check_owner(path, os.fstat(file.fileno()))
            data = file.read(_MAX_BYTES)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror}", hint="make it a file that you may read, or remove it"
        ) from error
    keys = {}
    for line in data.decode("utf-8", "replace").splitlines():
        words = line.split()
        if len(words) == 2 and not line.startswith("#"):
            host, key = words
            keys[host.lower()] = key
    return keys


def _check_owner(path: Path, status: os.stat_result) -> None:
    """Raise UsageError where somebody else may read a file of keys."""
    if sys.platform == "win32":
        return
    is_own = status.st_uid == os.geteuid()
    is_private = not stat.S_IMODE(status.st_mode) & 0o077
    if not is_own or not is_private:
        raise UsageError(
            f"{path}: others may read the keys in it, so it is not used",
            hint=f"chmod 600 {path}",
        )


def _check_key(key: str, place: str) -> str:
    """Return a key, or raise UsageError that does not show it."""
    if not _KEY.fullmatch(key):
        raise UsageError(f"{place} holds no key", hint="a key is one word of plain characters")
    return key
