"""Which rag.toml counts here, and whether it may say what is loaded, written and reached.

A rag.toml may have come with the articles: out of an archive, from a colleague, with a repository.
What such a file says of the look of things is followed. A model to load, a folder to write to and
the network it may not choose until the user has trusted it: ``rag config trust`` keeps its path and
the SHA-256 of its bytes in trusted.json, in the user's own folder. A changed file is a new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rag.errors import RagError, WriteError
from rag.settings.ownership import find_foreign, name_owner
from rag.settings.toml_file import find_nearest_config, get_user_config, read_data

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_LIST = "trusted.json"
_SCHEMA = 1


class Config(NamedTuple):
    """The rag.toml that counts: its bytes, and whether every setting in them is followed."""

    path: Path
    data: bytes
    is_trusted: bool
    warnings: tuple[str, ...] = ()


def open_config(here: Path) -> Config:
    """Return the nearest rag.toml upwards from ``here``, else the user's, there or not.

    The nearest does not count when another user could write it and it is not trusted.

    Raises:
        RagError: it cannot be read.
    """
    own = get_user_config()
    nearest = find_nearest_config(here)
    if nearest is None or nearest == own:
        return Config(own, read_data(own), is_trusted=True)
    foreign = find_foreign(nearest.parent, nearest)
    try:
        data = read_data(nearest)
    except RagError:
        if foreign is None:
            raise
        data = b""
    trusted = is_trusted(nearest, data)
    if foreign is None or trusted:
        return Config(nearest, data, is_trusted=trusted)
    warning = (
        f"{foreign} belongs to another user ({name_owner(foreign)}): {nearest} is not followed; "
        f"if you trust what it says: {_name_command(nearest)}"
    )
    return Config(own, read_data(own), is_trusted=True, warnings=(warning,))


def find_config(here: Path) -> Path:
    """Return the rag.toml that counts: see ``open_config``."""
    return open_config(here).path


def describe_untrusted(path: Path, names: Sequence[str]) -> str:
    """Return that settings of a rag.toml are not followed, with the way out."""
    listed = " and ".join(names) if len(names) < 3 else ", ".join(names)
    return (
        f"{path}: {listed} in it not followed: the file may have come with the folder; "
        f"if you trust what it says: {_name_command(path)}"
    )


def is_trusted(path: Path, data: bytes) -> bool:
    """Return whether the user has trusted a rag.toml as these bytes; their own they need not."""
    if path == get_user_config():
        return True
    digest = _read_list().get(_make_key(path))
    return digest is not None and digest == _compute_digest(data)


def add_trust(path: Path, data: bytes) -> None:
    """Note that the user trusts a rag.toml as these bytes.

    Raises:
        WriteError: it cannot be noted.
    """
    digests = _read_list()
    digests[_make_key(path)] = _compute_digest(data)
    _write_list(digests)


def remove_trust(path: Path) -> None:
    """Note that the user trusts a rag.toml no longer.

    Raises:
        WriteError: it cannot be noted.
    """
    digests = _read_list()
    if digests.pop(_make_key(path), None) is not None:
        _write_list(digests)


def _make_key(path: Path) -> str:
    """Return what a rag.toml is listed under: the real folder it is met in, and its name.

    A link to a trusted file is not trusted: "./m" in it is another folder there.
    """
    return str(path.parent.resolve() / path.name)


def _compute_digest(data: bytes) -> str:
    import hashlib  # only where a file is listed, or is to be

    return hashlib.sha256(data).hexdigest()


def _get_list_path() -> Path:
    return get_user_config().with_name(_LIST)


def _read_list() -> dict[str, str]:
    """Return the digest of each trusted rag.toml by its path; none from a list that is damaged.

    Consent that cannot be read was not given.
    """
    import json  # not on the way to --help

    try:
        content = json.loads(_get_list_path().read_bytes())
    except (OSError, ValueError):
        return {}
    files = content.get("files") if isinstance(content, dict) else None
    if not isinstance(files, dict):
        return {}
    return {path: digest for path, digest in files.items() if isinstance(digest, str)}


def _write_list(digests: dict[str, str]) -> None:
    import json

    from rag.files import write_atomically

    path = _get_list_path()
    content = {"schema": _SCHEMA, "files": dict(sorted(digests.items()))}
    try:
        write_atomically(path, json.dumps(content, indent=1) + "\n", mode=0o600)
    except OSError as error:
        raise WriteError(
            f"{path}: {error.strerror}", hint="--model, --index and --no-offline need no file"
        ) from error


def _name_command(path: Path) -> str:
    """Return the command that trusts a rag.toml, to be copied."""
    import shlex  # only when something is wrong

    return f"rag config trust {shlex.quote(str(path))}"
