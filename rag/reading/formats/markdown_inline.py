"""Inline Markdown: which characters of a paragraph are markup, as spans of it.

markdown-it knows no positions within a line. Its rules do, while they run: each is wrapped in one
that writes down what it took. Forms that it does not know, or not when they are written carelessly,
have rules of their own: wikilinks, footnotes, attribute lists, links without a definition.
"""

from __future__ import annotations

import functools
import re
import string
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from rag.reading.formats.markdown_forms import (
    DROPS,
    ENDS,
    Drop,
    read_loose_link,
    read_other_form,
    read_written_link,
    show_tag,
    write_down,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

    Rule = Callable[[StateInline, bool], bool]
    # With where a rule began, and how many tokens there were before it.
    Note = Callable[[StateInline, int, int], None]

_MAX_NESTING = 40  # blocks within blocks, brackets within brackets; chosen by hand
_MARKERS = "rag_markers"  # of the environment: what makes a pair, or turns out to be text

_ESCAPED = frozenset(string.punctuation + "\n")
# Without one of these a paragraph is what it looks like.
_MAY_BE_MARKUP = re.compile(r"[\\`*_~\[<&{^!]|==|:[a-z]")


@functools.cache
def make_parser() -> MarkdownIt:
    """Return the parser of blocks, and of what stands in them for ``find_drops``."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.admon import admon_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING, "tasklists": True})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False, move_to_end=False)
    parser.use(admon_plugin).use(deflist_plugin)
    # Line ends are seen to already, and blocks are looked into one by one.
    parser.core.ruler.enableOnly(["block"])
    rules = parser.inline.ruler
    for rule in rules.__rules__:
        note = _NOTES.get(rule.name)
        if note is not None:
            rule.fn = _wrap(rule.fn, note)
        elif rule.name == "image":
            rule.fn = _wrap_image(rule.fn)
    rules.__cache__ = None
    rules.disable(["footnote_ref"])
    rules.before("link", "written_links", read_written_link)
    rules.after("image", "loose_links", read_loose_link)
    rules.after("html_inline", "other_forms", read_other_form)
    # Markers stay tokens of their own.
    parser.inline.ruler2.disable(["fragments_join"])
    return parser


def find_drops(content: str, environment: dict[str, Any]) -> list[Drop]:
    """Return the markup of a paragraph, in order, none within another.

    ``environment`` is what the parser of blocks learnt: the addresses of links.
    """
    if _MAY_BE_MARKUP.search(content) is None:
        return []
    drops: list[Drop] = []
    markers: list[Any] = []
    environment.update({DROPS: drops, _MARKERS: markers, ENDS: set()})
    parser = make_parser()
    parser.inline.parse(
        content,
        parser,
        environment,
        [],
    )
    # A marker that makes a pair has given up its text.
    drops += [token.meta[DROPS] for token in markers if not token.content]
    return _keep_outermost(drops)


def _keep_outermost(drops: list[Drop]) -> list[Drop]:
    """Return drops in order without those that lie in others."""
    outermost: list[Drop] = []
    position = 0
    for drop in sorted(drops, key=attrgetter("start")):
        if drop.start >= position:
            outermost.append(drop)
            position = drop.end
    return outermost


# --- the parser's rules, each in one that writes down what it took


def _wrap(rule: Rule, note: Note) -> Rule:
    """Return a rule of the parser that writes down what it takes, as ``note`` says."""

    def read(state: StateInline, silent: bool) -> bool:
        start = state.pos
        count = len(state.tokens)
        is_read = rule(state, silent)
        if is_read and not silent:
            note(state, start, count)
        return is_read

    return read


def _note_escape(state: StateInline, start: int, count: int) -> None:
    """Take a stroke before a mark, or before a line end; one before a letter is a stroke."""
    del count
    end = start + 1
    if state.src[end] in _ESCAPED:
        write_down(state, start, end)


def _note_code(state: StateInline, start: int, count: int) -> None:
    """Take the marks around code; without a closing one they are text, and make no token."""
    if len(state.tokens) == count:
        return
    token = state.tokens[-1]
    width = len(token.markup)
    # Of a space on either side only the marks need anything.
    inside = state.pos - start - 2 * width
    width += (inside - len(token.content)) // 2
    write_down(state, start, start + width)
    write_down(state, state.pos - width, state.pos)


def _note_markers(state: StateInline, start: int, count: int) -> None:
    """Remember markers, each of which is a token, until it is clear which make pairs."""
    markers = state.env[_MARKERS]
    # From the last one back: text that waited may have become a token before the first.
    end = state.pos
    for token in reversed(state.tokens[count:]):
        token_start = end - len(token.content)
        if token_start < start:
            break
        token.meta[DROPS] = Drop(token_start, end)
        markers.append(token)
        end = token_start


def _note_link(state: StateInline, start: int, count: int) -> None:
    """Take what stands around the words of a link."""
    del count
    end = state.pos
    label_end = state.md.helpers.parseLinkLabel(state, start, True)
    state.pos = end
    write_down(state, start, start + 1)
    write_down(state, label_end, end)


def _note_address(state: StateInline, start: int, count: int) -> None:
    """Take the brackets around an address."""
    del count
    end = state.pos
    write_down(state, start, start + 1)
    write_down(state, end - 1, end)


def _note_tag(state: StateInline, start: int, count: int) -> None:
    """Take a tag of HTML."""
    del count
    end = state.pos
    shown = show_tag(state.src[start:end])
    write_down(
        state,
        start,
        end,
        shown,
    )


def _note_entity(state: StateInline, start: int, count: int) -> None:
    """Show the character that an entity stands for."""
    del count
    token = state.tokens[-1]
    write_down(
        state,
        start,
        state.pos,
        token.content,
    )


_NOTES: dict[str, Note] = {
    "escape": _note_escape,
    "backticks": _note_code,
    "strikethrough": _note_markers,
    "emphasis": _note_markers,
    "link": _note_link,
    "autolink": _note_address,
    "html_inline": _note_tag,
    "entity": _note_entity,
}


def _wrap_image(rule: Rule) -> Rule:
    """Return the rule for images as one that takes all of them."""

    def read(state: StateInline, silent: bool) -> bool:
        start = state.pos
        # What it would make of the words beside the image is of no use.
        is_read = rule(state, True)
        if is_read and not silent:
            write_down(state, start, state.pos)
        return is_read

    return read
