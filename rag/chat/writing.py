"""A language model in the loop: its sentences as they come, and the command that turns it on."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from rag.errors import LanguageModelError, UsageError

if TYPE_CHECKING:
    from rag.chat.conversation import Conversation
    from rag.llm.models import LanguageModel
    from rag.pipeline import Rag
    from rag.question.followup.proposals import Completer, FollowUp
    from rag.records import Answer, WrittenSentence
    from rag.settings import Settings
    from rag.show import Page

OFF = ("off", "no", "none")


class LoopWriter:
    """Remembers which model is open, which was asked last, and which machines were named."""

    def __init__(self, settings: Settings) -> None:
        self.last_spec = settings.llm
        self._model: LanguageModel | None = None
        self._opened_with: Settings | None = None
        self._said: set[tuple[str, str]] = set()

    def open(self, settings: Settings) -> LanguageModel:
        """Return the model of the settings; one in a file is loaded once."""
        from rag.pipeline import open_writer

        if self._model is None or self._opened_with != settings:
            self._model = open_writer(settings)
            self._opened_with = settings
        return self._model

    def choose_completer(self, chat: Conversation) -> Completer | None:
        """Return what completes follow-ups by the model that is on; None where none is."""
        return functools.partial(propose, chat) if chat.settings.llm else None

    def say_once(self, sending: str, kind: str) -> str:
        """Return what is sent where, the first time that something of its kind goes there."""
        place = (sending.partition(":")[0], kind)
        if place in self._said:
            return ""
        self._said.add(place)
        return sending


def choose_language_model(chat: Conversation, argument: str) -> Page:
    """Say which language model writes the answers, take another one, or none.

    Raises:
        UsageError: none is named that could be turned on.
    """
    from rag.show import make_line

    spec = argument
    if argument.lower() == "on":
        spec = chat.writer.last_spec
        if not spec:
            raise UsageError(
                "no language model was named yet", hint="/llm ollama:MODEL, or another one"
            )
    if spec.lower() in OFF:
        chat.change_setting("llm", "off", origin="/llm")
    elif spec:
        from rag.llm.specs import parse_spec

        parse_spec(spec)
        chat.change_setting("llm", spec, origin="/llm")
        chat.writer.last_spec = spec
    current = chat.settings.llm or "off: answers are quotations"
    return [make_line(f"language model: {current}")]


def propose(chat: Conversation, follow_up: FollowUp) -> str:
    """Return a follow-up as the model would ask it alone; empty where it cannot be asked."""
    from rag.llm.follow_ups import describe_sending, propose_completion
    from rag.show import make_line, translate_warning

    try:
        model = chat.writer.open(chat.settings)
        if sending := chat.writer.say_once(describe_sending(model, follow_up), "questions"):
            said = translate_warning(sending, chat.language)
            chat.open_screen().write([make_line(said, style="dim")])
        return propose_completion(model, follow_up)
    except (LanguageModelError, UsageError):  # said where the answer is written
        return ""


def write_live(chat: Conversation, rag: Rag, answer: Answer, head: Page) -> tuple[Answer, Page]:
    """Return an answer as the model writes it, and what of its page is not on the screen yet.

    ``head`` comes before it. Where no model can be asked, the page is that of the quotations.
    """
    from rag.pipeline import can_be_written
    from rag.show import answer_page, error_page

    if not can_be_written(answer):
        return answer, [*head, *answer_page(answer, root=rag.root)]
    try:
        return _write(chat, rag, answer, head)
    except (LanguageModelError, UsageError) as error:
        quotations = answer_page(answer, root=rag.root)
        return answer, [*head, *error_page(error), *quotations]


def _write(chat: Conversation, rag: Rag, answer: Answer, head: Page) -> tuple[Answer, Page]:
    """Ask the model; ``head`` is emptied once it is on the screen."""
    from rag.pipeline import write_answer
    from rag.show import (
        answer_page,
        make_line,
        make_written_line,
        page_below_sentences,
        translate_warning,
    )

    model = chat.writer.open(chat.settings)
    screen = chat.open_screen()
    screen.write(head)
    head.clear()
    is_begun = False

    def tell(sending: str) -> None:
        if chat.writer.say_once(sending, "passages"):
            said = translate_warning(sending, answer.language)
            screen.write([make_line(said, style="dim")])

    def say(sentence: WrittenSentence) -> None:
        nonlocal is_begun
        if not sentence.is_struck:
            screen.write([make_written_line(sentence)])
            is_begun = True

    answer = write_answer(rag, answer, model, say=say, tell=tell).answer
    if is_begun:
        return answer, page_below_sentences(answer, root=rag.root)
    return answer, answer_page(answer, root=rag.root)
