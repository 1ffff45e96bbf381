"""What stands around an article on its page, and around a letter in its mail, and is no part of it.

"Read also", boxes about subscriptions and cookies, links to other articles: they are told by the
words of the ``[pages]`` sections of the language files, and by how much of a block is links. The
words of all languages are read together: a page speaks its program's language, too. Shares and
lengths are chosen by hand, on saved pages.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from rag.text import fold, join_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from rag.reading.formats.blocks import Block

_SECTION = "pages"
_MAX_ASIDE = 300  # characters of a box; a paragraph that mentions a newsletter is longer
_MAX_RELATED = 240  # characters of a line that leads to another article
_LINKED = 0.6  # share of a block that is a link to elsewhere
_ALL_LINKED = 0.8
_PARTLY_LINKED = 0.3
_MARKS = " \t\n-*•–—▪◦‣·+|:>»›→▶#…."
_AFTER_PHRASE = re.compile(r"\s*(?:[:|–—»›>→▶]|\.\.\.|…|\Z)")
_TITLE_BLOCKS = 3  # blocks at the head of an article that may be its title


@functools.cache
def load_phrases(key: str) -> tuple[str, ...]:
    """Return the phrases that any language gives under a key, folded, the longest first."""
    words = join_words(_SECTION, key)
    phrases = set(map(fold, words))
    in_order = sorted(phrases)
    in_order.sort(key=len, reverse=True)
    return tuple(in_order)


@functools.cache
def compile_phrases(key: str) -> re.Pattern[str]:
    """Return a pattern that finds the phrases of several words, in folded text."""
    phrases = load_phrases(key)
    longer = [phrase for phrase in phrases if " " in phrase]
    alternatives = _join_alternatives(longer)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")


@functools.cache
def _compile_starts(key: str) -> re.Pattern[str]:
    """Return a pattern that matches text that begins with a phrase, in folded text."""
    phrases = load_phrases(key)
    alternatives = _join_alternatives(phrases)
    return re.compile(rf"(?:{alternatives})(?!\w)")


def _join_alternatives(phrases: Iterable[str]) -> str:
    escaped = map(re.escape, phrases)
    return "|".join(escaped)


def remove_surroundings(blocks: list[Block], titles: Collection[str] = ()) -> list[Block]:
    """Return the blocks of an article alone."""
    kept = remove_boxes(blocks)
    kept = _remove_title(kept, titles)
    return _remove_links_at_end(kept)


def remove_boxes(blocks: list[Block]) -> list[Block]:
    """Return blocks without those about subscriptions, cookies and other articles."""
    kept: list[Block] = []
    in_box = False  # of links to other articles
    for block in blocks:
        text = _reduce(block.text)
        if _is_aside(text):
            continue
        if _names_box(text):
            in_box = True
            continue
        if in_box and _leads_elsewhere(block):
            continue
        in_box = False
        if _is_related(block, text):
            continue
        kept.append(block)
    return kept


def _is_aside(text: str) -> bool:
    """Return whether a block is a box about a subscription, cookies or advertisements."""
    if not text:
        return True
    if len(text) > _MAX_ASIDE:
        return False
    if text in load_phrases("asides"):
        return True
    pattern = compile_phrases("asides")
    return pattern.search(text) is not None


def _names_box(text: str) -> bool:
    """Return whether a block is the name of a box of other articles, and nothing else."""
    return text in load_phrases("related")


def _is_related(block: Block, text: str) -> bool:
    """Return whether a block leads to another article: "Read also: …"."""
    if len(text) > _MAX_RELATED:
        return False
    starts = _compile_starts("related")
    match = starts.match(text)
    if match is None:
        return False
    if block.link_share >= _PARTLY_LINKED:
        return True
    phrase = match[0]
    label = _AFTER_PHRASE.match(text, match.end())
    # One word before a colon begins many a sentence.
    return label is not None and " " in phrase


def _leads_elsewhere(block: Block) -> bool:
    """Return whether a block of a box is one of its links."""
    share = block.link_share
    if block.kind == "heading":
        return share > 0
    return share >= _LINKED


def _remove_title(blocks: list[Block], titles: Collection[str]) -> list[Block]:
    """Return blocks without the title above them: it is known already."""
    known = set(map(_reduce, titles))
    first = blocks[:_TITLE_BLOCKS]
    for number, block in enumerate(first):
        text = _reduce(block.text)
        if text not in known:
            continue
        before = blocks[:number]
        after = blocks[number + 1 :]
        return before + after
    return blocks


def _reduce(text: str) -> str:
    """Return text folded, without the marks around it."""
    folded = fold(text)
    return folded.strip(_MARKS)


def _remove_links_at_end(blocks: list[Block]) -> list[Block]:
    """Return blocks without the links to elsewhere, and headings of nothing, after the last."""
    end = len(blocks)
    while end > 1:
        block = blocks[end - 1]
        is_links = block.link_share >= _ALL_LINKED
        if not is_links and block.kind != "heading":
            break
        end -= 1
    return blocks[:end]
