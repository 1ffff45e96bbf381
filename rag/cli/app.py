"""The commands. Each parses, calls one room, and shows what came back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag import __version__
from rag.cli import last_answer as last
from rag.cli.completion import references
from rag.cli.config import config
from rag.cli.flags import BUILDING, FINDING, LOOKING, flags
from rag.cli.indexing import built, first, sources
from rag.cli.repl import keep, repl
from rag.errors import ANSWERED, NOT_IN_SOURCES, UNVERIFIED, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.cli.invocation import Invocation
    from rag.pipeline import Rag
    from rag.records import Answer
    from rag.settings.schema import Settings

LONGEST = 10_000  # characters of a question

EPILOG = """
\b
Examples:
  rag "Who replaces the head of the company?"      the same as rag ask
  rag index ~/articles                             build or refresh the index
  rag search -k 3 --since 2025-12-01 rates         passages only
  rag show 2                                       the source [2] of the last answer

\b
Exit codes: 0 answered, 1 failure, 2 usage, 3 not in the sources,
4 an unverified citation under --strict, 5 index missing, locked, damaged
or made by another model, 130 and 143 interrupted.

\b
Completion for your shell (or zsh_source, fish_source):
  eval "$(_RAG_COMPLETE=bash_source rag)"
"""


@click.group(
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="rag", message="%(prog)s %(version)s")
def app() -> None:
    """Ask your articles a question; every sentence of the answer shows where it stands."""


@app.command()
@click.argument("words", nargs=-1, metavar="QUESTION...|-")
@flags(*FINDING)
@click.option(
    "--strict",
    is_flag=True,
    help="exit 4 when a citation is not found in its file, character by character",
)
@click.option("--quotes", is_flag=True, help="only the quotations, each with its source")
@click.option("--explain", is_flag=True, help="also why these passages and these sentences")
@click.pass_obj
def ask(
    call: Invocation,
    /,
    words: tuple[str, ...],
    strict: bool,
    quotes: bool,
    explain: bool,
    **options: object,
) -> int:
    """One cited answer to QUESTION, or to stdin for -."""
    from rag.show import answer_json, answer_page

    call.question = _question(words)
    settings = call.settings(options)
    with _opened(call, settings) as rag:
        answer = rag.ask(
            call.question,
            filters=settings.filters,
            today=settings.as_of,
            top=settings.top,
        )
    value = answer_json(answer, explain=explain)
    keep(call, value, settings)
    call.say(lambda: value, lambda: answer_page(answer, quotes=quotes, explain=explain))
    _after(call, answer)
    unverified = any(citation.verified != "exact" for citation in answer.citations)
    return (
        NOT_IN_SOURCES
        if answer.status == "not_in_sources"
        else UNVERIFIED
        if strict and unverified
        else ANSWERED
    )


@app.command()
@click.argument("words", nargs=-1, metavar="QUERY...|-")
@flags(*FINDING)
@click.pass_obj
def search(call: Invocation, /, words: tuple[str, ...], **options: object) -> int:
    """The passages nearest to QUERY, without an answer.

    - as QUERY reads it from stdin.
    """
    from rag.show import search_json, search_page

    call.question = _question(words)
    settings = call.settings(options)
    with _opened(call, settings) as rag:
        answer = rag.search(
            call.question,
            filters=settings.filters,
            today=settings.as_of,
            top=settings.top,
        )
    value = search_json(answer)
    keep(call, value, settings)
    call.say(lambda: value, lambda: search_page(answer))
    _after(call, answer)
    return ANSWERED if answer.hits else NOT_IN_SOURCES


@app.command()
@click.argument("reference", metavar="ID|N[+][:FROM[:COUNT]]", shell_complete=references)
@flags(*LOOKING)
@click.pass_obj
def show(call: Invocation, /, reference: str, **options: object) -> int:
    """An article or passage, with what was cited marked.

    ID is its id or how that begins; N is the number of a source of the last answer, shown in its passage; N+ also shows the
    passages around it. FROM is the first line of the file to show, COUNT how many.
    """
    from rag.index.references import find_view
    from rag.show import view_json, view_page

    shown = find_view(
        reference,
        last.source,
        lambda folder: call.settings({**options, "index": options["index"] or folder}).index,
    )
    call.say(lambda: view_json(shown), lambda: view_page(shown))
    return ANSWERED


@app.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@flags(*BUILDING)
@click.option(
    "--rebuild", is_flag=True, help="embed everything again, as after a change of --model"
)
@click.option("--prune", is_flag=True, help="drop the articles whose file is gone")
@click.option("--dry-run", is_flag=True, help="only say what would change")
@click.pass_obj
def index(
    call: Invocation,
    /,
    paths: tuple[str, ...],
    rebuild: bool,
    prune: bool,
    dry_run: bool,
    **options: object,
) -> int:
    """Build or refresh the index.

    From the files and folders named, and from those named before; at first from seeds/ when none are.
    """
    from rag.show import report_json, report_page

    settings = call.settings(options)
    report = built(
        call, settings, sources(paths, settings), rebuild=rebuild, prune=prune, dry_run=dry_run
    )
    call.say(lambda: report_json(report), lambda: report_page(report))
    return ANSWERED


@app.command()
@flags(*LOOKING)
@click.pass_obj
def status(call: Invocation, /, **options: object) -> int:
    """What is indexed, from when to when, by whom."""
    from rag.index import lookup
    from rag.show import mapping_page

    state = lookup.describe_index(call.settings(options).index)
    call.say(
        lambda: {"schema": 1, "status": "done", **state, "error": None}, lambda: mapping_page(state)
    )
    return ANSWERED


@app.command("eval")
@click.argument("path", metavar="FILE|FOLDER")
@flags(*FINDING)
@click.option("--corpus", metavar="FILE", help="the corpus of a BEIR folder, from elsewhere")
@click.pass_obj
def evaluation(call: Invocation, /, path: str, corpus: str | None, **options: object) -> int:
    """Measure retrieval, answers and refusals.

    On a questions file (.jsonl) against the index, or on a BEIR folder.
    """
    from rag.evaluate import evaluate
    from rag.show import evaluation_page

    settings = call.settings(options)
    with call.bar() as bar:
        result = evaluate(
            Path(path), settings, corpus=Path(corpus) if corpus else None, progress=bar
        )
    call.say(lambda: result, lambda: evaluation_page(result))
    return ANSWERED


app.add_command(config)
app.add_command(repl)


def _question(words: Sequence[str]) -> str:
    """The question on the command line, or on stdin for ``-``, on one line."""
    text = " ".join((_stdin() if list(words) == ["-"] else " ".join(words)).split())
    if not text:
        raise UsageError(
            "there is no question", hint='rag ask "Who …?", or rag ask - to read it from stdin'
        )
    if len(text) > LONGEST:
        raise UsageError(
            f"the question is longer than {LONGEST:,} characters",
            hint="ask in a few sentences; rag index takes whole texts",
        )
    return text


def _stdin() -> str:
    """What stdin holds, as far as a question may go; UTF-8 or UTF-16 with its mark, else Western European."""
    raw = sys.stdin.buffer.read(4 * LONGEST + 4) if sys.stdin else b""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _opened(call: Invocation, settings: Settings) -> Rag:
    """The index, built first from the seeds when there is none yet."""
    from rag import pipeline

    first(call, settings)
    return pipeline.Rag.open(settings)


def _after(call: Invocation, answer: Answer) -> None:
    call.warn(answer.warnings)
    call.timing(answer.timing_ms)
