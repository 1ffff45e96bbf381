"""Where a store is: ``postgresql://USER@HOST:PORT/DATABASE?schema=NAME``.

A password may stand in it, as libpq has it. It is given to the database and to nobody else: as text
an address has none, so that whatever is shown, written or kept of the settings has none either.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMES = ("postgresql", "postgres")
DEFAULT_SCHEMA = "rag"
# What PostgreSQL takes as a name without quotation marks: nothing in it can end an identifier.
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,40}")
# Of libpq's parameters those that say how to connect; others are refused, not passed on unseen.
_PARAMETERS = (
    "host",
    "port",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "connect_timeout",
    "target_session_attrs",
    "passfile",
    "channel_binding",
)
_EXAMPLE = "an address reads postgresql://USER@HOST:5432/DATABASE"
_PASSWORD = re.compile(r"postgres(?:ql)?://[^\s/]*:[^\s]*@", re.IGNORECASE)


class StoreAddress:
    """An address; as text without its password.

    No dataclass, as whatever makes JSON or a table of one would take the password along.
    """

    __slots__ = ("_parameters", "_shown", "schema")

    def __init__(self, shown: str, schema: str, parameters: Mapping[str, str]) -> None:
        """``shown``: what stands for it as text; ``parameters``: how libpq connects."""
        self._shown = shown
        self.schema = schema
        self._parameters = dict(parameters)

    def __str__(self) -> str:
        return self._shown

    def __repr__(self) -> str:
        return f"StoreAddress({self._shown!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StoreAddress):
            return NotImplemented
        return self.get_parameters() == other.get_parameters() and self.schema == other.schema

    def __hash__(self) -> int:
        return hash(self._shown)

    def get_parameters(self) -> dict[str, str]:
        """Return how to connect, as libpq takes it; the password may be among it."""
        return dict(self._parameters)

    @property
    def password(self) -> str:
        """Return the password that stands in the address; empty where none does."""
        return self._parameters.get("password", "")


def check_store(value: object) -> StoreAddress:
    """Return the address of a store.

    The message of the ValueError does not repeat it, as it may hold a password.
    """
    if isinstance(value, StoreAddress):
        return value
    try:
        parts = urlsplit(str(value).strip())
        port = parts.port
    except ValueError:
        raise ValueError(f"is no address of a store: {_EXAMPLE}") from None
    if parts.scheme not in SCHEMES or parts.fragment:
        raise ValueError(f"is no address of a store: {_EXAMPLE}")
    query = dict(parse_qsl(parts.query))
    schema = query.get("schema", DEFAULT_SCHEMA)
    if not _NAME.fullmatch(schema):
        raise ValueError("has a schema that is no name in small letters, as ?schema=sports")
    unknown = sorted(query.keys() - {"schema", *_PARAMETERS})
    if unknown:
        known = ", ".join(_PARAMETERS)
        raise ValueError(f"has parameters that are not known; known are schema, {known}")
    parameters = {
        "host": unquote(parts.hostname or ""),
        "port": str(port or ""),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "dbname": unquote(parts.path.removeprefix("/")),
        **query,
    }
    parameters.pop("schema", None)
    given = {name: text for name, text in parameters.items() if text}
    return StoreAddress(_describe(parts, query), schema, given)


def _describe(parts: SplitResult, query: dict[str, str]) -> str:
    """Return an address as it may be shown: all but the password, so that it still leads there."""
    host = parts.hostname or ""
    if ":" in host:  # of IPv6
        host = f"[{host}]"
    place = f"{host}:{parts.port}" if parts.port else host
    if parts.username:
        place = f"{quote(unquote(parts.username))}@{place}"
    address = f"postgresql://{place}{parts.path}"
    return f"{address}?{urlencode(query, safe='/')}" if query else address


def has_password(text: str) -> bool:
    """Return whether a text, such as a line that was typed, holds an address with a password."""
    return _PASSWORD.search(text) is not None
