"""What ``rag check`` says of a draft, as lines for a screen.

Each quotation and claim in the order of the draft: what became of it, then what differs, then its
source. What a draft and articles hold goes through ``to_one_line``; what differs is marked by its
brackets, so that it is seen without colours: [−in the source] [+in the draft].
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rag.records import QUOTATION_STATUSES
from rag.show.days import describe_coverage
from rag.show.lines import Line, Page, Segment, cut_snippet, join_blocks, make_line
from rag.show.phrases import get_phrase, get_phrase_table
from rag.show.quotation_marks import choose_marks
from rag.show.sources import INDENT, Spot, Wording, make_source_line
from rag.text import to_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from rag.records import Change, CheckedItem, DraftCheck

UNCLEAR = "unclear"  # nothing is found for sure, and a passage has all of it
# What stands before each verdict, and its style.
MARKS: Mapping[str, tuple[str, str]] = {
    "exact": ("✓", "good"),
    "near": ("≈", "warn"),
    "not_found": ("✗", "bad"),
    "supported": ("✓", "good"),
    "differs": ("≠", "bad"),
    UNCLEAR: ("~", "warn"),
    "nothing_found": ("·", "dim"),
}
# The phrase before the counts of these verdicts.
COUNTED: Mapping[str, tuple[str, ...]] = {
    "quotations": QUOTATION_STATUSES,
    "claims": ("supported", "differs", UNCLEAR, "nothing_found"),
}
# What stands around a change, and its style.
CHANGE_MARKS = {
    "same": ("", "", ""),
    "removed": ("[−", "]", "bad"),
    "added": ("[+", "]", "good"),
    "gap": ("", "", "dim"),
}
SHOWN_WORDS = 24  # of a quotation or claim; chosen by hand: two rows of a screen
KEPT_WORDS = 4  # of what is the same, on either side of what differs; chosen by hand


def check_page(check: DraftCheck, *, root: Path | None = None) -> Page:
    """Return the quotations and claims of a draft, then how many there are of each kind.

    ``root`` is where relative paths begin: without it nothing can be clicked.
    """
    phrases = get_phrase_table(check.language, "check")
    wording = Wording(check.language, root=root)
    blocks = []
    for item in check.items:
        block = list(_show_item(item, phrases, wording))
        blocks.append(block)
    if not blocks:
        blocks.append([make_line(str(phrases["empty"]), style="head")])
    blocks.append(list(_show_counts(check, phrases)))
    return join_blocks(blocks)


def _show_item(item: CheckedItem, phrases: Mapping[str, str], wording: Wording) -> Iterator[Line]:
    """Yield what became of a quotation or claim, what differs, and its source."""
    key = _name_verdict(item)
    mark, style = MARKS[key]
    place = phrases["line"].format(item.line)
    text = cut_snippet(item.text, length=SHOWN_WORDS)
    if item.kind == "quotation":
        marks = choose_marks(text, wording.language)
        text = f"{marks.opening}{text}{marks.closing}"
    verdict = phrases[key]
    head = (
        Segment(f"{mark} {verdict}", style),
        Segment(f"  {place}  ", "dim"),
        Segment(text),
    )
    yield Line(head)
    if item.changes:
        changes = tuple(show_changes(item.changes))
        yield Line(changes, INDENT)
    for fact in item.facts:
        difference = phrases["source_says"].format(
            fact.draft,
            fact.source,
        )
        yield make_line(difference, style="warn", lead=INDENT)
    if item.missing:
        missing = [f"“{text}”" for text in item.missing]
        joined = ", ".join(missing)
        text = phrases["missing"].format(joined)
        yield make_line(
            text,
            style="dim",
            lead=INDENT,
        )
    if key == UNCLEAR:
        doubts = get_phrase_table(wording.language, "doubts")
        reason = phrases["in_doubt"].format(doubts[item.doubt])
        yield make_line(reason, style="dim", lead=INDENT)
    citation = item.citation or item.doubted
    if citation is not None:
        spot = Spot(citation.passage.article, citation.start)
        yield make_source_line(spot, wording, head=(), lead=INDENT)


def _name_verdict(item: CheckedItem) -> str:
    """Return what became of an item: its status, or that a passage is to be compared with it."""
    return item.status if item.doubted is None else UNCLEAR


def show_changes(changes: Sequence[Change]) -> Iterator[Segment]:
    """Yield a quotation with what was changed in it: [−in the source], [+in the draft]."""
    last = len(changes) - 1
    space = ""
    before = ""
    for place, change in enumerate(changes):
        text = to_one_line(change.text)
        # What takes the place of other words stands right behind them.
        if change.kind == "added" and before == "removed":
            space = ""
        if change.kind == "same":
            text = _shorten_same(
                text,
                is_first=place == 0,
                is_last=place == last,
            )
        opening, closing, style = CHANGE_MARKS[change.kind]
        yield Segment(
            f"{space}{opening}{text}{closing}",
            style,
        )
        before = change.kind
        space = " "


def _shorten_same(text: str, *, is_first: bool, is_last: bool) -> str:
    """Return what did not change, without what is far from any change."""
    words = text.split(" ")
    beginning = [] if is_first else words[:KEPT_WORDS]
    end = [] if is_last else words[-KEPT_WORDS:]
    if is_first and is_last:
        return text
    if len(beginning) + len(end) >= len(words):
        return text
    kept = [*beginning, "…", *end]
    return " ".join(kept)


def _show_counts(check: DraftCheck, phrases: Mapping[str, str]) -> Iterator[Line]:
    """Yield how many quotations and claims there are of each kind, and what was searched."""
    numbers = Counter(_name_verdict(item) for item in check.items)
    for name, verdicts in COUNTED.items():
        counts = []
        for verdict in verdicts:
            if verdict in numbers:
                counts.append(f"{numbers[verdict]} {phrases[verdict]}")
        if counts:
            joined = ", ".join(counts)
            text = phrases[name].format(joined)
            yield make_line(text, style="head")
    if check.short_quotations:
        text = phrases["short"].format(check.short_quotations)
        yield make_line(text, style="dim")
    coverage = describe_coverage(check.coverage, check.language)
    searched = get_phrase(check.language, "searched").format(coverage)
    yield make_line(searched, style="dim")
