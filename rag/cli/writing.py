"""``rag ask --llm``: a language model's sentences, shown as they come, each with its mark."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from rag.cli.batch import judge_answer
from rag.cli.repl import keep_answer
from rag.errors import ANSWERED, NOT_IN_SOURCES, LanguageModelError, UsageError

if TYPE_CHECKING:
    from rag.cli.invocation import Invocation
    from rag.pipeline import Rag
    from rag.records import Answer, WrittenSentence
    from rag.settings import Settings


class WritingFlags(NamedTuple):
    """How a model is asked, and what is shown of what it writes."""

    always: bool
    dry_run: bool
    show_struck: bool


class ShownAnswer(NamedTuple):
    """An answer in quotations, how it was asked, and how it is shown."""

    answer: Answer
    rag: Rag
    settings: Settings
    flags: WritingFlags
    quotes: bool
    explain: bool


def take_writing_flags(options: dict[str, object]) -> WritingFlags:
    """Take the flags of a language model out of the other options."""
    return WritingFlags(
        always=options.pop("llm_always") is True,
        dry_run=options.pop("dry_run") is True,
        show_struck=options.pop("show_struck") is True,
    )


def refuse_flags(flags: WritingFlags) -> None:
    """Raise UsageError where a batch is given the flags of one question."""
    if any(flags):
        raise UsageError(
            "--dry-run, --all and --llm-always are for one question",
            hint="with --file each object has the sentences that were left out in written",
        )


def check_flags(flags: WritingFlags, settings: Settings) -> None:
    """Raise UsageError where flags of a language model are given and none is."""
    if settings.llm or not any(flags):
        return
    raise UsageError(
        "--dry-run, --all and --llm-always are about a language model, and none is named",
        hint="--llm ollama:MODEL, or another one: docs/llm.md",
    )


def finish_answer(invocation: Invocation, shown: ShownAnswer, *, strict: bool) -> int:
    """Show an answer, written by a language model where one is named; return the exit code.

    Raises:
        LanguageModelError: the model cannot be reached; the quotations are shown.
    """
    if not shown.settings.llm:
        return _print_quotations(invocation, shown, strict=strict)
    from rag.pipeline import can_be_written

    can_ask = can_be_written(shown.answer, always=shown.flags.always)
    if shown.flags.dry_run:
        return _print_prompt(invocation, shown, can_ask=can_ask)
    if not can_ask:
        return _print_quotations(invocation, shown, strict=strict)
    try:
        return _write(invocation, shown, strict=strict)
    except LanguageModelError:
        if not invocation.json:
            _print_quotations(invocation, shown, strict=strict)
        raise


def _write(invocation: Invocation, shown: ShownAnswer, *, strict: bool) -> int:
    """Ask the model, and show its sentences as they come."""
    from rag.pipeline import open_writer, write_answer
    from rag.show import Screen, make_written_line, translate_warning

    model = open_writer(shown.settings)
    language = "en" if invocation.json else shown.answer.language
    is_live = not (invocation.json or shown.quotes)
    screen = Screen(sys.stdout, color=invocation.color)
    said: list[WrittenSentence] = []

    def say(sentence: WrittenSentence) -> None:
        if is_live and (shown.flags.show_struck or not sentence.is_struck):
            screen.write([make_written_line(sentence)])
            said.append(sentence)

    written = write_answer(
        shown.rag,
        shown.answer,
        model,
        say=say,
        tell=lambda sending: invocation.write_notes(translate_warning(sending, language)),
    )
    answer = written.answer
    shown = shown._replace(answer=answer)
    _print(invocation, shown, is_begun=bool(said))
    if any(sentence.is_struck for sentence in answer.written) and not shown.flags.show_struck:
        note = translate_warning("--all shows the sentences that were left out", language)
        invocation.write_notes(note)
    if written.is_interrupted:
        raise KeyboardInterrupt
    return judge_answer(answer, strict=strict)


def _print_quotations(invocation: Invocation, shown: ShownAnswer, *, strict: bool) -> int:
    _print(invocation, shown, is_begun=False)
    return judge_answer(shown.answer, strict=strict)


def _print(invocation: Invocation, shown: ShownAnswer, *, is_begun: bool) -> None:
    """Write an answer, or what is left of it where its sentences are on the screen already."""
    from rag.show import Page, answer_page, page_below_sentences

    answer, root = shown.answer, shown.rag.root
    value = answer.to_dict(explain=shown.explain)
    keep_answer(invocation, value, shown.settings)

    def make_page() -> Page:
        if is_begun and any(not sentence.is_struck for sentence in answer.written):
            return page_below_sentences(answer, explain=shown.explain, root=root)
        return answer_page(answer, quotes=shown.quotes, explain=shown.explain, root=root)

    invocation.print_result(lambda: value, make_page)
    invocation.write_warnings(answer.warnings, answer.language)
    invocation.write_timing(answer.timing_ms)


def _print_prompt(invocation: Invocation, shown: ShownAnswer, *, can_ask: bool) -> int:
    """Write what the model would be sent, and ask nobody."""
    from rag.llm.prompt import format_prompt
    from rag.pipeline import make_prompt
    from rag.show import make_line

    if not can_ask:
        invocation.write_notes("no passage answers, so no model would be asked: --llm-always does")
        return NOT_IN_SOURCES
    prompt = make_prompt(shown.answer, shown.settings)
    text = format_prompt(prompt)
    messages = [message._asdict() for message in prompt.messages]
    value = {"schema": 1, "status": "done", "messages": messages, "error": None}
    invocation.print_result(
        lambda: value,
        lambda: [make_line(line) for line in text.splitlines()],
    )
    room = f"about {prompt.tokens} of {shown.settings.llm_context} tokens"
    invocation.write_notes(f"{len(prompt.passages)} passages, {room}; nothing was sent")
    return ANSWERED
