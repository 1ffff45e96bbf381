"""A place that an index is kept in: the store that is named, else a folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.settings import StoreAddress

if TYPE_CHECKING:
    from pathlib import Path

    from rag.index.opened import OpenedIndex
    from rag.settings import Settings

STORE_SCHEME = "postgresql://"  # what the text of an address begins with
_HIDDEN = "***"


@dataclass(frozen=True)
class PostgresStore:
    """A store in PostgreSQL; as text its address without the password."""

    address: StoreAddress

    def __str__(self) -> str:
        return str(self.address)

    @property
    def schema(self) -> str:
        """Return the schema that its tables are in."""
        return self.address.schema

    @property
    def parameters(self) -> dict[str, str]:
        """Return how to connect, as libpq takes it; the password may be among it."""
        return self.address.get_parameters()

    def open(self) -> OpenedIndex:
        """Return the index that is kept there. Raises IndexProblem."""
        from rag.store.stored_index import open_stored_index

        return open_stored_index(self)

    def read_stamp(self) -> tuple[object, ...]:
        """Return what changes when another generation comes into force. Raises IndexProblem."""
        from rag.store.snapshot import read_generation_name

        return (read_generation_name(self),)

    def hide_password(self, message: str) -> str:
        """Return a message without the password, whoever put it there."""
        password = self.address.password
        return message.replace(password, _HIDDEN) if password else message


def choose_place(settings: Settings) -> Path | PostgresStore:
    """Return where the index is: the store that the settings name, else the folder."""
    if settings.store is not None:
        return PostgresStore(settings.store)
    return settings.index
