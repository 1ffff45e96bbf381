"""Settings written into a rag.toml, and what a rag.toml asks to be trusted with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import UsageError
from rag.settings.schema import TABLE, check_value, get_setting, list_settings
from rag.settings.store_address import StoreAddress
from rag.settings.toml_file import parse_config, read_data, save_key
from rag.settings.trust import add_trust, describe_untrusted, is_trusted

if TYPE_CHECKING:
    from rag.settings.toml_file import Entry


def save_setting(path: Path, name: str, text: str) -> list[str]:
    """Write one setting into a rag.toml, and return warnings; an empty text takes it out.

    A file that was trusted stays so. One that was not is trusted when what needs that is in it by
    this call alone: who writes a setting has seen it.

    Raises:
        UsageError: no such setting, a value that is not allowed, or a file that is not TOML.
        WriteError: the file cannot be written.
    """
    get_setting(name)
    value = check_value(name, text, name) if text else None
    if isinstance(value, StoreAddress):
        value = _write_address(value)
    # TOML has neither paths nor tuples.
    if isinstance(value, Path):
        value = str(value.absolute())
    if isinstance(value, tuple):
        value = dict(value) if name == TABLE else list(value)
    was_trusted = is_trusted(path, read_data(path))
    data = save_key(path, name, value)
    own_names = list(_find_own_entries(path, data))
    if not own_names or is_trusted(path, data):
        return []
    if was_trusted or own_names == [name]:
        add_trust(path, data)
        return []
    return [describe_untrusted(path, own_names)]


def _write_address(address: StoreAddress) -> str:
    """Return an address for a file, which whoever may read the file can read.

    Raises:
        UsageError: it has a password.
    """
    if address.password:
        raise UsageError(
            "a password is not written into a rag.toml",
            hint="write it into ~/.pgpass (host:port:database:user:password), or set PGPASSWORD",
        )
    return str(address)


def list_own_values(path: Path, data: bytes) -> dict[str, object]:
    """Return the settings in a rag.toml that are followed only where it is trusted.

    Raises:
        UsageError: a value of them that is not allowed, with its place.
    """
    values = {}
    for name, entry in _find_own_entries(path, data).items():
        values[name] = check_value(name, entry.value, f"{path}:{entry.line}: {entry.key}")
    return values


def _find_own_entries(path: Path, data: bytes) -> dict[str, Entry]:
    """Return the lines of a rag.toml that are followed only where it is trusted, by setting."""
    known_names = list_settings()
    entries = {}
    for entry in parse_config(path, data):
        name = entry.key.replace("-", "_")
        if name in known_names and known_names[name]["own"]:
            entries[name] = entry
    return entries
