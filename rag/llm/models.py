"""What every language model can do, and which one a spec opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from rag.errors import LanguageModelError, UsageError
from rag.llm.specs import OPENAI, OPENAI_KEY, parse_spec

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from rag.llm.specs import Spec

QUOTATIONS_HINT = "without --llm rag answers in quotations"


class Message(NamedTuple):
    """What one side of a conversation says."""

    role: str  # "system", "user" or "assistant"
    content: str


class Limits(NamedTuple):
    """How long a model is waited for, and how much it may read and write."""

    context: int  # tokens of prompt and answer together
    answer: int  # tokens
    timeout: float  # seconds without a word
    attempts: int = 4  # where a server is busy; by hand


class AnswerCut(LanguageModelError):
    """An answer ended before the model was done: what came until then may be kept."""


class LanguageModel(Protocol):
    """A model that writes an answer to messages, in pieces as they come."""

    spec: Spec
    limits: Limits

    def stream(
        self, messages: Sequence[Message], limits: Limits | None = None
    ) -> Generator[str, None, None]:
        """Yield the answer in pieces; ``limits`` are others than those it was opened with.

        Raises:
            AnswerCut: it ended early.
            LanguageModelError: there is no answer.
        """
        ...


def open_model(text: str, limits: Limits, *, offline: bool) -> LanguageModel:
    """Return the model that a text names; a server is not asked yet.

    Raises:
        UsageError: it names none, one of another machine while rag is offline, or lacks a key.
        LanguageModelError: a file cannot be loaded.
    """
    spec = parse_spec(text)
    if spec.file is not None:
        from rag.llm.gguf import FileModel

        return FileModel(spec, limits)
    if offline and not spec.is_local:
        raise UsageError(
            f"{spec.text} is on another machine ({spec.host}), and rag is offline",
            hint=f"--no-offline sends the question and passages there; {QUOTATIONS_HINT}",
        )
    from rag.llm.client import ServerModel
    from rag.llm.keys import find_key

    key = find_key(spec)
    # Without one the question would go there for nothing.
    if spec.address == OPENAI and not key:
        raise UsageError(
            f"{spec.text} needs a key", hint=f"put it into {OPENAI_KEY}; {QUOTATIONS_HINT}"
        )
    return ServerModel(spec, limits, key=key)
