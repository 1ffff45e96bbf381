"""rag.toml as a file: where it is, what it holds, how a line of it is changed. What its keys mean is said in ``settings``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from rag.errors import RagError, UsageError, WriteError

CONFIG = "rag.toml"


class Entry(NamedTuple):
    """A key of a rag.toml as it stands there, its value, and its line counted from 1."""

    key: str
    value: object
    line: int


def find_config(here: Path) -> Path:
    """The nearest rag.toml upwards from ``here``, else the user's, whether or not that is there."""
    for folder in (here, *here.parents):
        if (folder / CONFIG).is_file():
            return folder / CONFIG
    import platformdirs

    return platformdirs.user_config_path("rag") / CONFIG


def read_config(path: Path) -> list[Entry]:
    """The keys of a rag.toml; none when there is no such file.

    Raises:
        UsageError: it is not TOML.
        RagError: it cannot be read.
    """
    if not path.is_file():
        return []
    import tomli

    try:
        text = path.read_text(encoding="utf-8-sig")
        return [Entry(key, value, _line(text, key)) for key, value in tomli.loads(text).items()]
    except ValueError as error:  # of TOML or of UTF-8
        line = re.search(r"line (\d+)", str(error))
        place = f"{path}:{line[1]}" if line else str(path)
        raise UsageError(
            f"{place}: not TOML: {error}", hint='a line reads: top = 5, or: model = "shipped"'
        ) from error
    except OSError as error:
        raise RagError(
            f"{path}: {error.strerror}", hint="make the file readable, or remove it"
        ) from error


def save_key(path: Path, key: str, value: object | None) -> None:
    """Write one key into a rag.toml, keeping everything else in it, comments too; None takes the key out.

    Raises:
        UsageError: the file is not TOML.
        WriteError: it cannot be written.
    """
    import tomlkit

    from rag.files import write_atomically  # its checksums are not on the way to --help

    present = read_config(path)
    config = tomlkit.parse(path.read_bytes().decode("utf-8-sig") if path.is_file() else "")
    key = next((entry.key for entry in present if entry.key.replace("-", "_") == key), key)
    if value is None:
        config.pop(key, None)
    else:
        config[key] = value
    try:
        write_atomically(path, tomlkit.dumps(config))
    except OSError as error:
        raise WriteError(f"{path}: {error.strerror}", hint=f"or set RAG_{key.upper()}") from error


def _line(text: str, key: str) -> int:
    pattern = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}\b""")
    return next(
        (number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 1
    )
