"""Which language model is meant: openai:MODEL, ollama:MODEL, URL#MODEL or gguf:FILE."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from rag.errors import UsageError

OPENAI = "https://api.openai.com/v1"
OLLAMA = "http://127.0.0.1:11434/v1"
# Variables that hold keys: OpenAI's own is sent to nobody else.
OPENAI_KEY = "OPENAI_API_KEY"
ANY_KEY = "RAG_LLM_KEY"
_API = "/v1"  # where servers of OpenAI's shape have their interface
_WAYS = (
    "openai:MODEL, ollama:MODEL, http://127.0.0.1:8080#MODEL for a server of OpenAI's shape, "
    "or gguf:FILE"
)


class Spec(NamedTuple):
    """A language model as it was named, and where it is."""

    text: str
    model: str  # as its server calls it
    address: str = ""  # of its server's interface; empty for a file
    file: Path | None = None
    key_names: tuple[str, ...] = ()  # variables that may hold its key

    @property
    def host(self) -> str:
        """Return the machine that is asked; empty for a file."""
        return urlsplit(self.address).hostname or ""

    @property
    def is_local(self) -> bool:
        """Return whether nothing leaves this machine."""
        return not self.address or is_loopback(self.host)

    @property
    def is_encrypted(self) -> bool:
        """Return whether what is sent can be read on the way by nobody."""
        return self.address.startswith("https://")


def parse_spec(text: str) -> Spec:
    """Return which model a text names.

    Raises:
        UsageError: it names none; what may be written is said.
    """
    text = text.strip()
    kind, _, rest = text.partition(":")
    if kind in ("http", "https"):
        return _parse_address(text)
    if not rest.strip():
        raise _make_error(text)
    if kind == "openai":
        return Spec(text, rest, OPENAI, key_names=(OPENAI_KEY, ANY_KEY))
    if kind == "ollama":
        return Spec(text, rest, OLLAMA)
    if kind == "gguf":
        file = Path(rest).expanduser()
        return Spec(text, file.stem, file=file)
    raise _make_error(text)


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name: whose it is only a name server knows
        return False


def _parse_address(text: str) -> Spec:
    """Return the model of ``URL#MODEL``."""
    url, _, model = text.partition("#")
    try:
        parts = urlsplit(url)
        port = parts.port  # is read only now, and may be no number
    except ValueError as error:
        raise _make_error(text) from error
    # What stands in an address is printed; a key there would be, too.
    if "@" in parts.netloc or parts.query:
        raise UsageError(
            "the address of a language model takes no user, password or query",
            hint=f"put the key into {ANY_KEY}",
        )
    if not parts.hostname or not model.strip() or port == 0:
        raise _make_error(text)
    address = _complete_address(parts)
    return Spec(text, model.strip(), address, key_names=(ANY_KEY,))


def _complete_address(parts: SplitResult) -> str:
    """Return the address of a server's interface, which people may have written out or not."""
    path = parts.path.rstrip("/")
    path = path.removesuffix("/chat/completions")
    return f"{parts.scheme}://{parts.netloc}{path or _API}"


def _make_error(text: str) -> UsageError:
    return UsageError(f"{text!r:.80} names no language model", hint=_WAYS)
