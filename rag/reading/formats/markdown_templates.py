"""What generators of sites put into Markdown: templates, components, containers, callouts.

A person sees none of it. Before the text is parsed such forms are overwritten, character for
character, with a filler, or with the Markdown that says the same: offsets stay those of the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    Write = Callable[[re.Match[str]], str]

# Of no meaning to a parser, of private use: spaces at the head of a line would make code of it.
FILLER = "\ue000"
_FILLED_LINE = re.compile(rf"(?m)^[ \t{FILLER}]+$")
_NOT_LINE_END = re.compile(r"[^\n]")
_FENCE = re.compile(r"(?m)^[ \t>]*(`{3,}|~{3,})([^`\n]*)$")
_MAY_BE_FORM = re.compile(
    r"\{[{%#:/a-z]|%%|<[!A-Zsivaotm]|^(?:import|export)\b|:::|\[!|8<"
    r"|^\*\[|^type_: |^[^\S\n]*(?:===|\[{1,2}_?toc)",
    re.MULTILINE | re.IGNORECASE,
)


class _Form(NamedTuple):
    """What shows nothing, from its opening to its closing, over several lines too."""

    opening: str
    closing: re.Pattern[str]
    longest: int  # characters between the two; what is longer was not meant


def _make_form(
    opening: str,
    closing: str,
    longest: int,
) -> _Form:
    return _Form(
        opening,
        re.compile(closing, re.IGNORECASE),
        longest,
    )


_ELEMENTS = ["script", "style", "svg", "iframe", "video", "audio", "object", "template", "math"]
# By what they open with, the first that fits. All lengths are chosen by hand.
_HIDDEN_FORMS = [
    # Code of Hugo and of Jekyll, remarks of Jekyll.
    _make_form(
        r"\{\{[<%]\s*highlight\b",
        r"\{\{[<%]\s*/\s*highlight\s*[>%]\}\}",
        50_000,
    ),
    _make_form(
        r"\{%-?\s*highlight\b",
        r"\{%-?\s*endhighlight\s*-?%\}",
        50_000,
    ),
    _make_form(
        r"\{%-?\s*comment\b",
        r"\{%-?\s*endcomment\s*-?%\}",
        20_000,
    ),
    # Shortcodes, tags of Liquid, variables, remarks of Nunjucks and of MDX.
    _make_form(
        r"\{\{[<%]",
        r"[>%]\}\}",
        3000,
    ),
    _make_form(
        r"\{%",
        r"%\}",
        3000,
    ),
    _make_form(
        r"\{\{",
        r"\}\}",
        300,
    ),
    _make_form(
        r"\{#(?!\w)",
        r"#\}",
        1000,
    ),
    _make_form(
        r"\{/\*",
        r"\*/\}",
        3000,
    ),
    # Remarks of HTML and of Obsidian, elements without text.
    _make_form(
        r"<!--",
        r"-->",
        20_000,
    ),
    _make_form(
        r"(?<![\w%])%%(?![%\s])|(?m:^%%[ \t]*$)"
        r"|(?<![\w%])(?<!\d[ \t])%%(?=[ \t][^\n%]{1,300}[ \t]%%(?![\w%]))",
        r"%%(?!\w)",
        2000,
    ),
    *(
        _make_form(
            rf"<{name}(?=[\s>])",
            rf"</{name}\s*>",
            50_000,
        )
        for name in _ELEMENTS
    ),
]
_OPENING = re.compile("|".join(f"({form.opening})" for form in _HIDDEN_FORMS), re.IGNORECASE)
# Lines that are a program's: MDX, snippets, tables of contents, attribute lists, what abbreviations
# stand for; numbers of notes.
_HIDDEN_LINES = [
    r"^import\b(?:[\w*{},\s$]{1,320}\sfrom)?\s{0,20}[\"'][^\"'\n]{1,300}[\"'];?[ \t]*$",
    r"^export\s+(?:const|let|var|default|function|async)\b[^\n]*(?:\n[^\n]+){0,200}",
    r"^[ \t]*-{1,2}8<-{1,2}[^\n]*$",
    r"^[ \t]*(?:[*+-][ \t]+TOC[ \t]*\n[ \t]*)?\{:[^{}\n]{0,300}\}[ \t]*$",
    r"^[ \t]*\[{1,2}_?toc_?\]{1,2}[ \t]*$",
    r"^\*\[[^\[\]\n]{1,60}\]:[ \t][^\n]*$",
    # What Joplin notes below a text.
    r"^id: [0-9a-f]{32}(?:\n[a-z_]{1,40}:[^\n]*){2,60}\ntype_: \d+\s*\Z",
    r"<sup\b[^<>]{0,200}>\s{0,9}<a\b[^<>]{0,300}>\s{0,9}\[?\d{1,3}\]?\s{0,9}</a>\s{0,9}</sup>",
]
_HIDDEN = re.compile("|".join(_HIDDEN_LINES), re.IGNORECASE | re.MULTILINE)
_CONTAINER = re.compile(
    r"(?m)^(?P<lead>[ \t>]*)(?P<mark>:{3,}[ \t]*(?:\{[^{}\n]*\}|[\w-]*))(?P<title>[^\n]*)$"
)
_CALLOUT = re.compile(
    r"(?m)^(?P<lead>[ \t]*(?:>[ \t]?)+)(?P<mark>\[![^\[\]\n]{1,40}\][+-]?)(?P<title>[^\n]*)$"
)
_TAB = re.compile(r'(?m)^([ \t]*)===[+!]?(?=[ \t]+")')
_TITLE_IN_BRACKETS = re.compile(r"\[([^\[\]]*)\](.*)")

_COMPONENT = re.compile(r"</?[A-Z][\w.]*(?=[\s/>])")
_EXPRESSION = re.compile(r"\{[a-z_$][\w$]*(?:\.[\w$]+){1,8}\}")
_TAG_MARK = re.compile(r"[\"'`{}>]")
_MAX_COMPONENT = 3000  # characters of a component's tag


def mask_templates(text: str) -> str:
    """Return a text of the same length without templates; fenced code stays."""
    if not _MAY_BE_FORM.search(text):
        return text
    fences = _find_fences(text)
    text = _mask_forms(text, fences)
    for pattern, write in _FORMS:
        text = _overwrite(
            text,
            pattern,
            write,
            fences,
        )
    text = _mask_components(text, fences)
    return _FILLED_LINE.sub(_make_spaces, text)


def _make_spaces(match: re.Match[str]) -> str:
    """Return a line on which nothing is left as a blank one, which parts what stands around it."""
    return " " * len(match[0])


class _Fences(NamedTuple):
    """Where fenced code begins and ends."""

    starts: list[int]
    ends: list[int]

    def contain(self, offset: int) -> bool:
        """Return whether a character is code."""
        number = bisect_right(self.starts, offset)
        return number > 0 and offset < self.ends[number - 1]


def _find_fences(text: str) -> _Fences:
    fences = _Fences([], [])
    mark = ""  # that the block which is open began with
    for match in _FENCE.finditer(text):
        if not mark:
            mark = match[1]
            fences.starts.append(match.start())
        elif match[1].startswith(mark) and not match[2].strip():
            mark = ""
            fences.ends.append(match.end())
    if mark:
        fences.ends.append(len(text))
    return fences


def _overwrite(
    text: str,
    pattern: re.Pattern[str],
    write: Write,
    fences: _Fences,
) -> str:
    """Return a text with each match outside code written as ``write`` says, of the same length."""

    def replace(match: re.Match[str]) -> str:
        return match[0] if fences.contain(match.start()) else write(match)

    return pattern.sub(replace, text)


def _blank(match: re.Match[str]) -> str:
    """Return as much filler as a form has characters, its line ends kept."""
    return _NOT_LINE_END.sub(FILLER, match[0])


def _write_heading(match: re.Match[str]) -> str:
    """Return the first line of a callout or a container as the heading that it looks like."""
    lead = match["lead"]
    mark = match["mark"]
    title = match["title"]
    in_brackets = _TITLE_IN_BRACKETS.fullmatch(title.strip())
    if in_brackets is not None:
        shown = in_brackets[1]
        start = title.index(shown)
        rest = len(title) - start - len(shown)
        title = " " * start + shown + " " * rest
    if title.lstrip().startswith("{"):
        title = " " * len(title)
    if not title.strip():
        return lead + " " * (len(mark) + len(title))
    return f"{lead}#{' ' * (len(mark) - 1)}{title}"


def _write_tab(match: re.Match[str]) -> str:
    """Return the head of a tab as that of an admonition, which is set in the same way."""
    width = len(match[0]) - len(match[1])
    return match[1] + "!!!".ljust(width)


_FORMS: list[tuple[re.Pattern[str], Write]] = [
    (_HIDDEN, _blank),
    (_CONTAINER, _write_heading),
    (_CALLOUT, _write_heading),
    (_TAB, _write_tab),
    (_EXPRESSION, _blank),
]


def _mask_forms(text: str, fences: _Fences) -> str:
    """Return a text without what stands between an opening and its closing."""
    spans = []
    position = 0
    closings = _Closings(text)
    for match in _OPENING.finditer(text):
        start = match.start()
        if start < position or fences.contain(start):
            continue
        position = closings.find_end(match) or position
        if position > start:
            spans.append((start, position))
    return _blank_spans(text, spans)


class _Closings:
    """The next closing of each form, so that a text with many openings is read once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: dict[int, re.Match[str] | None] = {}

    def find_end(self, opening: re.Match[str]) -> int | None:
        """Return where the form ends that begins here; None where it does not."""
        number = (opening.lastindex or 1) - 1
        form = _HIDDEN_FORMS[number]
        closing = self._find(number, opening.end())
        if closing is None or closing.start() - opening.end() > form.longest:
            return None
        return closing.end()

    def _find(
        self,
        number: int,
        start: int,
    ) -> re.Match[str] | None:
        known = self._next.get(number)
        is_known = number in self._next
        if is_known and (known is None or known.start() >= start):
            return known
        closing = _HIDDEN_FORMS[number].closing.search(self._text, start)
        self._next[number] = closing
        return closing


def _blank_spans(text: str, spans: list[tuple[int, int]]) -> str:
    """Return a text with some spans filled."""
    parts = []
    position = 0
    for start, end in spans:
        parts.append(text[position:start])
        blank = _NOT_LINE_END.sub(FILLER, text[start:end])
        parts.append(blank)
        position = end
    parts.append(text[position:])
    return "".join(parts)


def _mask_components(text: str, fences: _Fences) -> str:
    """Return a text without the tags of components, whose attributes hold braces and brackets."""
    spans = []
    position = 0
    for match in _COMPONENT.finditer(text):
        start = match.start()
        if start < position or fences.contain(start):
            continue
        position, is_tag = _find_tag_end(text, match.end())
        if is_tag:
            spans.append((start, position))
    return _blank_spans(text, spans)


def _find_tag_end(text: str, start: int) -> tuple[int, bool]:
    """Return where the tag ends that goes on at ``start``, or where it is none."""
    depth = 0
    quote = ""
    limit = min(len(text), start + _MAX_COMPONENT)
    for match in _TAG_MARK.finditer(
        text,
        start,
        limit,
    ):
        mark = match[0]
        if quote:
            quote = "" if mark == quote else quote
        elif mark in "\"'`":
            quote = mark
        elif mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
        elif mark == ">" and depth <= 0:
            return match.end(), True
    return limit, False
