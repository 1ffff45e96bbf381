"""Forms of inline markup that CommonMark does not have, or that are written carelessly.

Wikilinks, footnotes, attribute lists, links without a definition: rules for markdown-it that write
down which characters of a paragraph are markup.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.reading.formats.pieces import LINE, PARAGRAPH

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

CELL = " · "  # between the cells of a row
# Of the parser's environment: the markup that is written down, the ends of what was highlighted.
DROPS, ENDS = "rag_drops", "rag_ends"

_WIKILINK = re.compile(r"!?\[\[([^\[\]\n]{1,300})\]\](?![(\[])")
_FOOTNOTE = re.compile(r"\[\^[^\s\[\]]{1,100}\]")
# What a careless writer, or a template, leaves of a link: no definition, spaces in the address.
_LOOSE_LINK = re.compile(
    r"!?\[((?=[^\[\]]*[^\W\d_])(?:[^\[\]\\]|\\.){0,500})\]"
    r"(?:\[[^\[\]\n]{0,200}\]|\((?=[^()\n]{0,1000}[/#.@:])[^()\n]{1,1000}\)"
    r"|\{\s?[.#][\w-][^{}\n]{0,300}\})"
)
_ATTRIBUTES = re.compile(
    r"\{:[^{}\n]{0,300}\}"
    r"|\{\s?[#.][\w-][^{}\n]{0,300}\}"
    r"|\{[a-z][\w:.+-]{0,50}\}(?=`)"  # a role of MyST
    r"|\{\s?[\w-]{1,50}=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s{}\"']+)[^{}\n]{0,300}\}"
)
_LOOSE_TAG = re.compile(
    r"</?(?:abbr|a|br|b|button|center|cite|code|div|embed|em|figcaption|figure|font|h[1-6]|hr"
    r"|iframe|img|input|i|kbd|li|mark|ol|p|small|source|span|strong|sub|sup|table|td|th|tr|ul|u"
    r"|video)(?=[\s/>])[^<>]{0,2000}>",
    re.IGNORECASE,
)
_ICON = re.compile(r":(?=[a-z0-9_+-]*[a-z])[a-z0-9_+-]{2,50}:(?!\w)")
_HIGHLIGHT = re.compile(r"==(?=[^\s=])[^=\n]{0,500}[^\s=]==")
_BLOCK_ID = re.compile(r"\^[A-Za-z0-9-]{2,40}(?=\n|\Z)")
_TAG_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
_BLOCK_TAGS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "dd", "details", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5"),
        *("h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary"),
        *("table", "tbody", "thead", "tr", "ul"),
    ]
)


class Drop(NamedTuple):
    """Markup: what a person sees in place of ``content[start:end]``, mostly nothing."""

    start: int
    end: int
    shown: str = ""


def write_down(
    state: StateInline,
    start: int,
    end: int,
    shown: str = "",
) -> None:
    """Add markup to what is known of the paragraph."""
    drops = state.env[DROPS]
    drops.append(Drop(start, end, shown))


def show_tag(tag: str) -> str:
    """Return what parts the text before an HTML tag from the text after it."""
    match = _TAG_NAME.match(tag)
    if match is None:
        return ""
    name = match[1].lower()
    if name in _BLOCK_TAGS:
        return PARAGRAPH
    if name == "br":
        return LINE
    if name in ("td", "th"):
        return CELL
    return ""


def read_written_link(state: StateInline, silent: bool) -> bool:
    """Take a wikilink, of which the label is seen, or an embedded file or a footnote's mark."""
    start = state.pos
    if state.src[start] not in "[!^":
        return False
    note = _FOOTNOTE.match(state.src, start, state.posMax)
    if note is not None:
        return _take(
            state,
            start,
            note.end(),
            silent=silent,
        )
    if state.src.startswith("^[", start):
        return _read_note(state, silent=silent)
    link = _WIKILINK.match(state.src, start, state.posMax)
    if link is None:
        return False
    if state.src[start] == "!":
        return _take(
            state,
            start,
            link.end(),
            silent=silent,
        )
    if not silent:
        _note_wikilink(state, link)
    state.pos = link.end()
    return True


def _read_note(state: StateInline, *, silent: bool) -> bool:
    """Take the marks around a note that stands in its sentence: it is shown in brackets."""
    start = state.pos
    end = state.md.helpers.parseLinkLabel(state, start + 1)
    if end < 0:
        return False
    if silent:
        return _take(state, start, end + 1, silent=True)
    write_down(state, start, start + 2, " (")
    write_down(state, end, end + 1, ")")
    _read_label(state, start + 2, end)
    state.pos = end + 1
    return True


def _read_label(state: StateInline, start: int, end: int) -> None:
    """Take the markup within a label."""
    maximum = state.posMax
    state.pos, state.posMax = start, end
    state.md.inline.tokenize(state)
    state.posMax = maximum


def _note_wikilink(state: StateInline, link: re.Match[str]) -> None:
    """Take all of a wikilink but its label, which is the name of the note without one."""
    label_end = link.end(1)
    last_bar = link[1].rfind("|")
    label_start = link.start(1) + last_bar + 1
    write_down(state, link.start(), label_start)
    section = state.src.find("#", label_start, label_end)
    if section >= 0:
        # Of a section its note is named, too.
        shown = "" if section == label_start else " > "
        write_down(
            state,
            section,
            section + 1,
            shown,
        )
    write_down(state, label_end, link.end())


def _take(
    state: StateInline,
    start: int,
    end: int,
    *,
    silent: bool,
    shown: str = "",
) -> bool:
    """Pass over markup that shows nothing, or something else."""
    if not silent:
        write_down(
            state,
            start,
            end,
            shown,
        )
    state.pos = end
    return True


def read_loose_link(state: StateInline, silent: bool) -> bool:
    """Take a link whose address is none, or whose definition is missing: its label is seen."""
    start = state.pos
    if state.src[start] not in "[!":
        return False
    link = _LOOSE_LINK.match(state.src, start, state.posMax)
    if link is None:
        return False
    if silent or state.src[start] == "!":
        return _take(
            state,
            start,
            link.end(),
            silent=silent,
        )
    write_down(state, start, link.start(1))
    write_down(state, link.end(1), link.end())
    _read_label(state, link.start(1), link.end(1))
    state.pos = link.end()
    return True


def read_other_form(state: StateInline, silent: bool) -> bool:
    """Take what shows nothing: attribute lists, careless tags, icons, marks of highlighting."""
    start = state.pos
    first = state.src[start]
    if first == "=":
        return _read_highlight(state, silent=silent)
    pattern = _OTHER_FORMS.get(first)
    if pattern is None:
        return False
    match = pattern.match(state.src, start, state.posMax)
    if match is None:
        return False
    before = state.src[start - 1] if start else " "
    if first in ":^" and not before.isspace():
        return False
    shown = show_tag(match[0]) if first == "<" else ""
    return _take(
        state,
        start,
        match.end(),
        silent=silent,
        shown=shown,
    )


_OTHER_FORMS = {"{": _ATTRIBUTES, "<": _LOOSE_TAG, ":": _ICON, "^": _BLOCK_ID}


def _read_highlight(state: StateInline, *, silent: bool) -> bool:
    """Take the marks before or after highlighted text."""
    start = state.pos
    if start not in state.env[ENDS]:
        match = _HIGHLIGHT.match(state.src, start, state.posMax)
        if match is None:
            return False
        state.env[ENDS].add(match.end() - 2)
    return _take(
        state,
        start,
        start + 2,
        silent=silent,
    )
