"""rag.toml as a file: where it is, what it holds, how a line of it is changed.

What its keys mean is said in ``schema``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from rag.errors import RagError, UsageError, WriteError

CONFIG = "rag.toml"
# Far above any; chosen by hand. The file may have come with the articles.
MAX_BYTES = 1 << 20


class Entry(NamedTuple):
    """A key of a rag.toml as it is spelled there, its value, and its 1-based line."""

    key: str
    value: object
    line: int


def find_nearest_config(here: Path) -> Path | None:
    """Return the nearest rag.toml upwards from ``here``, whosever it is, or None."""
    for folder in (here, *here.parents):
        if (folder / CONFIG).is_file():
            return folder / CONFIG
    return None


def get_user_config() -> Path:
    """Return the user's own rag.toml, there or not."""
    import platformdirs

    return platformdirs.user_config_path("rag") / CONFIG


def read_config(path: Path) -> list[Entry]:
    """Return the keys of a rag.toml; none when there is no such file.

    Raises:
        UsageError: it is not TOML.
        RagError: it cannot be read.
    """
    return parse_config(path, read_data(path))


def read_data(path: Path) -> bytes:
    """Return the bytes of a rag.toml; none when there is no such file.

    Raises:
        UsageError: it is too long.
        RagError: it cannot be read.
    """
    if not path.is_file():
        return b""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise RagError(
            f"{path}: {error.strerror}", hint="make the file readable, or remove it"
        ) from error
    if len(data) > MAX_BYTES:
        raise UsageError(
            f"{path} is longer than {MAX_BYTES:,} bytes", hint="a rag.toml has a few lines"
        )
    return data


def parse_config(path: Path, data: bytes) -> list[Entry]:
    """Return the keys in the bytes of the rag.toml at ``path``.

    Raises:
        UsageError: they are not TOML.
    """
    if not data:
        return []
    import tomli  # only where there is a file to read

    try:
        text = data.decode("utf-8-sig")
        content = tomli.loads(text)
    except ValueError as error:  # of TOML or of UTF-8
        raise UsageError(
            f"{_name_place(path, error)}: not TOML: {error}",
            hint='a line reads: top = 5, or: model = "shipped"',
        ) from error
    return [Entry(key, value, find_line(text, key)) for key, value in content.items()]


def save_key(path: Path, name: str, value: object | None) -> bytes:
    """Write one setting into a rag.toml, keeping everything else in it, comments too.

    None takes its key out. A key that stands there with hyphens keeps them. Return what was
    written.

    Raises:
        UsageError: the file is not TOML.
        WriteError: it cannot be written.
    """
    import tomlkit  # slow to import, and only writing needs it

    from rag.files import write_atomically  # its checksums are not on the way to --help

    key = name
    for entry in read_config(path):
        if entry.key.replace("-", "_") == name:
            key = entry.key
            break
    data = path.read_bytes() if path.is_file() else b""
    config = tomlkit.parse(data.decode("utf-8-sig"))
    if value is None:
        config.pop(key, None)
    else:
        config[key] = value
    written = tomlkit.dumps(config).encode()
    try:
        write_atomically(path, written)
    except OSError as error:
        message = f"{path}: {error.strerror}"
        variable = f"RAG_{name.upper()}"
        raise WriteError(message, hint=f"or set {variable}") from error
    return written


def _name_place(path: Path, error: ValueError) -> str:
    """Return where a file is not TOML: the path, with the line where the error names one."""
    line = re.search(r"line (\d+)", str(error))
    if line is None:
        return str(path)
    return f"{path}:{line[1]}"


def find_line(text: str, key: str, *, table: int = 0) -> int:
    """Return the 1-based line that a key or its table stands in; 1 where none is recognised.

    ``table``: a key of the table of this line stands below it, else in the same.
    """
    name = re.escape(key)
    pattern = re.compile(rf"""\s*\[*\s*["']?{name}(?![\w-])""")
    for number, line in enumerate(text.splitlines(), 1):
        if number > table and pattern.match(line):
            return number
    return max(table, 1)
