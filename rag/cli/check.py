"""``rag check``: every quotation and figure of a draft looked up in the articles."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.cli.filters import choose_filters
from rag.cli.flags import add_flags
from rag.cli.indexing import open_index
from rag.cli.questions import STDIN
from rag.errors import ANSWERED, UNVERIFIED, SourceError, UsageError

if TYPE_CHECKING:
    from rag.cli.invocation import Invocation
    from rag.pipeline import Draft, Rag
    from rag.records import DraftCheck
    from rag.settings import Settings

CHECK_FLAGS = (
    "index",
    "store",
    "since",
    "until",
    "as_of",
    "publisher",
    "lang",
    "model",
    "offline",
    "color",
)


@click.command()
@click.argument("name", metavar="DRAFT|-", type=click.Path())
@add_flags(*CHECK_FLAGS)
@click.option(
    "--strict",
    is_flag=True,
    help="exit 4 when a quotation is near or not found, or a figure differs",
)
@click.option(
    "--write", is_flag=True, help="write a copy with footnotes beside it: DRAFT.checked.md"
)
@click.option("--force", is_flag=True, help="with --write: overwrite an older copy")
@click.pass_obj
def check(
    invocation: Invocation,
    /,
    name: str,
    strict: bool,
    write: bool,
    force: bool,
    **options: object,
) -> int:
    """Every quotation and figure of a manuscript looked up in the articles.

    DRAFT is a file of any kind that rag reads, - a draft on stdin. A quotation is exact, near (what
    differs is shown) or not found; a sentence with figures, days or names is supported by a
    passage, differs from one, or nothing is found.
    """
    from rag.pipeline import CheckOptions, check_draft
    from rag.show import check_page

    invocation.question = name
    copy = _name_copy(name, force=force) if write else None
    settings = invocation.load_settings(options)
    with open_index(invocation, settings) as rag:
        chosen = choose_filters(settings, rag)
        invocation.write_warnings(chosen.remarks)
        settings = chosen.settings
        draft = _read_draft(name, rag, settings)
        with invocation.make_progress_bar() as bar:
            result = check_draft(
                rag, draft, CheckOptions(settings.filters, settings.as_of), progress=bar
            )
    if copy is not None:
        _write_copy(copy, draft, result, force=force)
        invocation.write_notes(f"{copy} written")
    invocation.print_result(result.to_dict, lambda: check_page(result, root=rag.root))
    invocation.write_warnings(result.warnings, result.language)
    invocation.write_timing(result.timing_ms)
    return UNVERIFIED if strict and result.faults else ANSWERED


def _read_draft(name: str, rag: Rag, settings: Settings) -> Draft:
    """Return the draft of a file, or what stdin holds. Raises SourceError, UsageError."""
    from rag.pipeline import make_draft, read_draft

    likely = rag.generation.passages_by_language
    max_bytes = settings.max_file_mb << 20
    if name == STDIN:
        data = sys.stdin.buffer.read(max_bytes + 1) if sys.stdin else b""
        if len(data) > max_bytes:
            raise SourceError(
                f"the draft is longer than {settings.max_file_mb} MiB",
                hint="check it in parts, or raise RAG_MAX_FILE_MB",
            )
        return make_draft(data, likely=likely)
    path = Path(name)
    if "\0" in name or not path.exists():
        raise UsageError(
            f"{name}: no such file", hint="check the spelling; - reads a draft from stdin"
        )
    return read_draft(path, likely=likely, max_bytes=max_bytes)


def _name_copy(name: str, *, force: bool) -> Path:
    """Return where the footnoted copy goes, before any work is done for it. Raises UsageError."""
    from rag.pipeline import name_checked_copy

    if name == STDIN:
        raise UsageError(
            "a draft on stdin has no place for a copy beside it", hint="--write needs a file"
        )
    copy = name_checked_copy(Path(name))
    _require_own(copy.parent.resolve())
    _require_free(copy, force=force)
    return copy


def _require_own(folder: Path) -> None:
    """Raise UsageError where a folder is another user's, who may read what is written there.

    The copy quotes articles that may be its writer's alone.
    """
    from rag.files import is_own_folder

    if folder.is_dir() and not is_own_folder(folder):
        raise UsageError(
            f"{folder} belongs to another user: nothing of your articles is written there",
            hint="copy the draft into a folder of yours, or leave --write out",
        )


def _require_free(copy: Path, *, force: bool) -> None:
    """Raise UsageError where a name is taken, be it by a link that leads nowhere.

    No link is written through, and nothing but a file is overwritten, whatever is said.
    """
    if copy.is_symlink() or (copy.exists() and not copy.is_file()):
        raise UsageError(f"{copy} is no file, or a link to one", hint="move it out of the way")
    if copy.exists() and not force:
        raise UsageError(
            f"{copy} is there already", hint="--force overwrites it, or move it out of the way"
        )


def _write_copy(copy: Path, draft: Draft, result: DraftCheck, *, force: bool) -> None:
    """Write the draft with its footnotes. Raises UsageError, WriteError."""
    from rag.files import write_atomically
    from rag.show import footnoted_draft

    _require_free(copy, force=force)
    text = footnoted_draft(draft.document.text, result)
    data = text.encode("utf-8", "replace")
    write_atomically(copy, data, follow_links=False)
