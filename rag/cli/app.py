"""The commands. Each parses, calls one room, and shows what came back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from rag import __version__
from rag.cli import last_answer
from rag.cli.batch import answer_file, read_batch_options
from rag.cli.completion import complete_path, complete_reference
from rag.cli.filters import choose_filters
from rag.cli.flags import ASKING_FLAGS, BUILD_FLAGS, LOOKUP_FLAGS, QUESTION_FLAGS, add_flags
from rag.cli.indexing import build_index, choose_sources, explain_lost_report, open_index
from rag.cli.questions import read_question
from rag.cli.rare_commands import Commands
from rag.cli.repl import keep_answer, repl
from rag.cli.stdin_document import STDIN, check_name
from rag.cli.writing import (
    ShownAnswer,
    check_flags,
    finish_answer,
    refuse_flags,
    take_writing_flags,
)
from rag.errors import ANSWERED, NOT_IN_SOURCES
from rag.store.address import STORE_SCHEME, choose_place

if TYPE_CHECKING:
    from rag.cli.invocation import Invocation
    from rag.index.opened import Store
    from rag.records import Answer

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
or made by another model, 6 language model unreachable, 130 and 143
interrupted.

\b
Completion for your shell (bash, zsh or fish):
  rag completion --install
"""


@click.group(
    commands=Commands(),
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(
    __version__, "-V", "--version", prog_name="rag", message="%(prog)s %(version)s"
)
def app() -> None:
    """Ask your articles a question; every sentence of the answer shows where it stands."""


@app.command()
@click.argument("words", nargs=-1, metavar="QUESTION...|-")
@add_flags(*ASKING_FLAGS)
@click.option(
    "--strict",
    is_flag=True,
    help="exit 4 when a citation is not found in its file, character by character, or a sentence "
    "of a language model in its sources",
)
@click.option("--quotes", is_flag=True, help="only the quotations, each with its source")
@click.option("--explain", is_flag=True, help="also why these passages and these sentences")
@click.option("--file", "file", metavar="FILE|-", help="many questions, one a line; # for comments")
@click.option("--jsonl", is_flag=True, help="with --file: an object of --json a line (the default)")
@click.option("--csv", is_flag=True, help="with --file: a row of a table for each question")
@click.option(
    "--all", "show_struck", is_flag=True, help="with --llm: also the sentences that no source says"
)
@click.option(
    "--llm-always", is_flag=True, help="with --llm: ask the model also where no passage answers"
)
@click.option("--dry-run", is_flag=True, help="with --llm: print what would be sent, ask nobody")
@click.pass_obj
def ask(
    invocation: Invocation,
    /,
    words: tuple[str, ...],
    strict: bool,
    quotes: bool,
    explain: bool,
    **options: object,
) -> int:
    """One cited answer to QUESTION, or to stdin for -; with --file one for each line."""
    writing_flags = take_writing_flags(options)
    batch = read_batch_options(options, words, quotes=quotes, json=invocation.json)
    if batch is not None:
        refuse_flags(writing_flags)
        return answer_file(invocation, batch, options, strict=strict, explain=explain)
    invocation.question = read_question(words)
    settings = invocation.load_settings(options)
    check_flags(writing_flags, settings)
    with open_index(invocation, settings) as rag:
        chosen = choose_filters(settings, rag)
        settings = chosen.settings
        answer = rag.ask(
            invocation.question,
            filters=settings.filters,
            today=settings.as_of,
            top=settings.top,
        )
        shown = ShownAnswer(
            chosen.remark(answer),
            rag,
            settings,
            writing_flags,
            quotes,
            explain,
        )
        return finish_answer(invocation, shown, strict=strict)


@app.command()
@click.argument("words", nargs=-1, metavar="QUERY...|-")
@add_flags(*QUESTION_FLAGS)
@click.pass_obj
def search(invocation: Invocation, /, words: tuple[str, ...], **options: object) -> int:
    """The passages nearest to QUERY, without an answer.

    - as QUERY reads it from stdin.
    """
    from rag.show import search_json, search_page

    invocation.question = read_question(words)
    settings = invocation.load_settings(options)
    with open_index(invocation, settings) as rag:
        chosen = choose_filters(settings, rag)
        settings = chosen.settings
        answer = rag.search(
            invocation.question,
            filters=settings.filters,
            today=settings.as_of,
            top=settings.top,
        )
    answer = chosen.remark(answer)
    value = search_json(answer)
    keep_answer(invocation, value, settings)
    invocation.print_result(lambda: value, lambda: search_page(answer, root=rag.root))
    _write_remarks(invocation, answer)
    return ANSWERED if answer.hits else NOT_IN_SOURCES


@app.command()
@click.argument("reference", metavar="ID|N[+][:FROM[:COUNT]]", shell_complete=complete_reference)
@add_flags(*LOOKUP_FLAGS)
@click.pass_obj
def show(invocation: Invocation, /, reference: str, **options: object) -> int:
    """An article or passage, with what was cited marked.

    ID is its id or how that begins; N is the number of a source of the last answer, shown in its
    passage; N+ also shows the passages around it. FROM is the first line of the file to show, COUNT
    how many.
    """
    from rag.index.references import find_view
    from rag.show import view_json, view_page

    def locate_index(folder: str | None) -> Path | Store:
        # A source is looked up where its answer came from, unless a flag says otherwise.
        place = choose_place(invocation.load_settings(options))
        if not folder or options["index"] or options["store"] or str(place) == folder:
            return place
        name = "store" if folder.startswith(STORE_SCHEME) else "index"
        return choose_place(invocation.load_settings({**options, name: folder}))

    view = find_view(reference, last_answer.get_source, locate_index)
    invocation.print_result(lambda: view_json(view), lambda: view_page(view))
    return ANSWERED


@app.command()
@click.argument("paths", nargs=-1, metavar="[PATH|-]...", shell_complete=complete_path)
@add_flags(*BUILD_FLAGS)
@click.option(
    "--rebuild", is_flag=True, help="embed everything again, as after a change of --model"
)
@click.option("--prune", is_flag=True, help="drop the articles whose file is gone")
@click.option("--dry-run", is_flag=True, help="only say what would change")
@click.option(
    "--follow-links/--no-follow-links",
    default=None,
    help="also read what links out of the folders lead to, now and the next times",
)
@click.option("--stdin-name", metavar="NAME", help="how the document that - reads is called")
@click.pass_obj
def index(
    invocation: Invocation,
    /,
    paths: tuple[str, ...],
    stdin_name: str | None,
    **options: object,
) -> int:
    """Build or refresh the index.

    From the files and folders named, and from those named before; at first from seeds/ when none
    are. - reads one document from stdin, of which a copy is kept in the user's data folder.
    """
    from rag.pipeline import BuildOptions
    from rag.show import report_json, report_page

    chosen = {name: cast("Any", options.pop(name)) for name in BuildOptions._fields}
    build_options = BuildOptions(**chosen)
    settings = invocation.load_settings(options)
    check_name(stdin_name, is_read=STDIN in paths, dry_run=build_options.dry_run)
    sources = choose_sources(paths, settings, stdin_name)
    report = build_index(invocation, settings, sources, build_options)
    with explain_lost_report(report):
        invocation.print_result(
            lambda: report_json(report),
            lambda: report_page(report, verbose=invocation.verbose),
        )
    return ANSWERED


@app.command()
@add_flags(*LOOKUP_FLAGS)
@click.option(
    "--check", is_flag=True, help="read every byte of the index; exit 5 when it is damaged"
)
@click.pass_obj
def status(invocation: Invocation, /, check: bool, **options: object) -> int:
    """What is indexed, from when to when, by whom."""
    from rag.index import lookup
    from rag.show import status_page

    place = choose_place(invocation.load_settings(options))
    state = lookup.describe_index(place)
    if check and isinstance(place, Path):
        lookup.require_whole_index(place)
        state["checked"] = True
    invocation.print_result(
        lambda: {"schema": 1, "status": "done", **state, "error": None}, lambda: status_page(state)
    )
    if invocation.verbose:
        _write_languages(invocation)
    return ANSWERED


@app.command("eval")
@click.argument("path", metavar="FILE|FOLDER", shell_complete=complete_path)
@add_flags(*QUESTION_FLAGS)
@click.option("--corpus", metavar="FILE", help="the corpus of a BEIR folder, from elsewhere")
@click.pass_obj
def evaluation(invocation: Invocation, /, path: str, corpus: str | None, **options: object) -> int:
    """Measure retrieval, answers and refusals.

    On a questions file (.jsonl) against the index, or on a BEIR folder.
    """
    from rag.evaluate import evaluate
    from rag.show import evaluation_page

    settings = invocation.load_settings(options)
    corpus_path = Path(corpus) if corpus else None
    with invocation.make_progress_bar() as bar:
        result = evaluate(Path(path), settings, corpus=corpus_path, progress=bar)
    invocation.print_result(lambda: result, lambda: evaluation_page(result))
    return ANSWERED


app.add_command(repl)


def _write_remarks(invocation: Invocation, answer: Answer) -> None:
    """Write warnings on stderr, and under ``-v`` the time that each stage took."""
    invocation.write_warnings(answer.warnings, answer.language)
    invocation.write_timing(answer.timing_ms)


def _write_languages(invocation: Invocation) -> None:
    """Write on stderr what rag knows of each language; what a language lacks is off there."""
    from rag.text import describe_languages

    for language, sections in describe_languages().items():
        invocation.write_notes(f"language {language}: {', '.join(sections) or '-'}")
