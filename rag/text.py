"""The text functions everybody shares: sentences, paragraphs, words, folding, safe printing.

Spans are characters of the text handed in. All functions run in linear time, whatever the text.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from rag.records import Span


def _set(names: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(names.split())


_NEWLINE = r"(?:\r\n|\r(?!\n)|[\n\u2028\u2029])"
_BLANK = re.compile(rf"{_NEWLINE}[^\S\r\n\u2028\u2029]*{_NEWLINE}\s*")
_LINE = re.compile(r"\S(?:[^\r\n\u2028\u2029]*\S)?")
_RULE = re.compile(r"(?:[-=*_~•]\s*){3,}\Z")
_ITEM = re.compile(r"(?:[-*+•‣▪◦·]\s|[–—]\s+[^\Wa-zà-ÿ]|#{1,6}\s|\|)")
_NUMBERED = re.compile(r"\(?\d{1,3}[.)]\s")
_HEADING = re.compile(r"#{1,6}\s")
_VISIBLE = re.compile(r"\S+")

_CLOSERS = r"(?:[ \u00a0\u202f][»\"](?=\s|\Z|[,;.)])|[\"”’'»«)\]}*]|\[\d{1,3}\])*"
_END = re.compile(rf"(?<![.!?…])([.!?…‥‼⁇⁈⁉]+){_CLOSERS}(?=\s|\Z)|[。！？｡।॥؟۔።][。！？｡।॥؟۔።」』”’）】》]*")
_AFTER = re.compile(r"\s*(?:[-«»“„\"'‘’(\[¿¡*_–—]\s*)*(\S)(\S?)")
_BEFORE = re.compile(r"[^\s'’«»“”„\"(\[/–—]+\Z")
_LETTERS = re.compile(r"[^\W\d_]+")
_INITIALS = re.compile(r"[^\W\d_](?:\.-?[^\W\d_])*")

_NEVER = _set(  # abbreviations that do not end a sentence
    """M MM Mr Mrs Ms Mx Dr Dre Drs Pr Prof Profs Mgr Me Mme Mlle St Ste Sta Sto Hr Fr Frl Dipl Ing Sr Sra Srta Sres Dra Dña Sig
    Dott Avv Rev Hon Gen Col Lt Sgt Capt Adm Sen Rep Gov Pres dhr mevr mw drs Exmo Exma EE Ud Uds cf Cf vs vgl Vgl bzw ca Ca ex
    ej bijv resp env approx evtl ggf inkl exkl sog Mio Mrd Mia Tsd z.B Z.B d.h i.e e.g p.ex p.ej d.w.z u.a v.a o.a m.n pp op"""
)
_BEFORE_NUMBER = _set(  # … that do not end it before a number
    """n no nr nº n° num núm nos art arts abs fig vol chap p pp pag pág págs s bd ch tel tél av kap abb jan janv févr fév feb mar
    apr avr abr jun jul juil aug août ago sep sept set oct okt ott out nov déc dec dez dic gen giu lug mrt"""
)
_MAY_END = _set("Inc Corp Ltd Co Cie Jr Bros Plc plc UU al Esq Ph.D Ave")  # … that end it before a common first word
_STARTERS = _set(
    """Il Elle Ils Elles On Nous Vous Je Ce Cette Ces Cet Un Une Mais Et Or Puis Dans En Pour Selon Depuis Après Avec Sur
    Leur Leurs Aujourd Qu Au Aux À He She It They We You The This That These Those An In At But And However When While Since As
    His Her Its Their For With By If There Er Sie Es Wir Ihr Ich Der Die Das Dieser Diese Dieses Ein Eine Im Am Auf Aber Und Doch
    Nach Seit Mit Für Bei Zu Als Wenn Él Ella Ellos Ellas Esto Esta Este Su Sus Una Pero Con Por Para Según Desde Cuando
    Lui Lei Egli Questo Questa Ma Per Nel Secondo Dopo Ele Ela Eles Elas Um Uma Mas Em Segundo Hij Zij Ze Het Wij Dit Dat
    Een Maar Op Na Volgens"""
)
_ARTICLES = _set("Le La Les L C Du Des De Los Las El Lo I Gli O Os A Se Si")  # first words that also stand in names
_ORDINAL_NOUNS = _set(  # German: "12. Dezember", "im 19. Jahrhundert"
    """januar jänner februar märz april mai juni juli august september oktober november dezember jahrhundert jahrhunderts quartal
    halbjahr platz rang weltkrieg jahrestag geburtstag auflage liga bundesliga klasse etage stock runde spieltag minute tag mal"""
)


def paragraphs(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The stretches between blank lines, without the white space around them."""
    stop = len(text) if end is None else min(end, len(text))
    found: list[Span] = []
    begin = start
    for blank in _BLANK.finditer(text, start, stop):
        found.extend(_trimmed(text, begin, blank.start()))
        begin = blank.end()
    found.extend(_trimmed(text, begin, stop))
    return found


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Sentence spans in order; with the white space between them they cover ``[start, end)``.

    None crosses a blank line, heading or list item. A single line break ends one after final punctuation or after a line that
    stands alone (title, figure), not inside hard-wrapped prose.
    """
    found: list[Span] = []
    for paragraph in paragraphs(text, start, end):
        for block in _blocks(text, paragraph):
            begin = block.start
            for mark in _END.finditer(text, block.start, block.end):
                if mark.end() < block.end and _ends_sentence(text, begin, mark, block.end):
                    found.append(Span(begin, mark.end()))
                    begin = mark.end()
                    while text[begin].isspace():
                        begin += 1
            found.append(Span(begin, block.end))
    return found


def _trimmed(text: str, start: int, end: int) -> list[Span]:
    """The span without white space at its ends, in a list; an empty list when nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return [Span(start, end)] if start < end else []


def _blocks(text: str, paragraph: Span) -> list[Span]:
    """The paragraph cut at the line breaks that separate sentences."""
    lines = [Span(*line.span()) for line in _LINE.finditer(text, paragraph.start, paragraph.end)]
    if len(lines) == 1:
        return lines
    lengths = [line.end - line.start for line in lines]
    width = max(lengths)
    long_lines = sum(length >= 0.8 * width for length in lengths)
    wrapped = 50 <= width <= 130 and (long_lines >= 2 or (len(lines) == 2 and lengths[0] >= 60))
    found: list[Span] = []
    begin = lines[0].start
    for above, below in pairwise(lines):
        if _line_ends_sentence(text, above, below, width, wrapped=wrapped):
            found.append(Span(begin, above.end))
            begin = below.start
    found.append(Span(begin, lines[-1].end))
    return found


def _line_ends_sentence(text: str, above: Span, below: Span, width: int, *, wrapped: bool) -> bool:
    """Whether the line break between two lines of a paragraph separates sentences."""
    if _ITEM.match(text, below.start, below.end) or _HEADING.match(text, above.start, above.end):
        return True
    if _RULE.match(text, above.start, above.end) or _RULE.match(text, below.start, below.end):
        return True
    tail = text[max(above.start, above.end - 8) : above.end].rstrip("\"”’'»«)]}* \u00a0\u202f")[-1:]
    final = tail != "" and tail in ".!?…:;。！？।؟"
    word = _VISIBLE.search(text, below.start, min(below.end, below.start + 40))
    full = wrapped and word is not None and above.end - above.start + 1 + len(word[0]) > width  # the next word did not fit
    if _NUMBERED.match(text, below.start, below.end):
        return final or not full
    if full or (tail != "" and tail in ",-–—(/&"):
        return False
    first = _AFTER.match(text, below.start, below.end)
    lower = first is not None and first[1].islower()
    return not lower or (final and (width > 130 or tail in ":;"))


def _ends_sentence(text: str, begin: int, mark: re.Match[str], stop: int) -> bool:
    """Whether the final punctuation found ends the sentence that starts at ``begin``."""
    if mark[1] is None:  # full-width and other unambiguous marks
        return True
    after = _AFTER.match(text, mark.end(), stop)
    if after is None:
        return False
    if after[1].islower():
        return after[2].isupper() and mark[1] == "."  # "iPhone", "eBay"
    if after[1] in ",;:)]»”":
        return False
    if mark[0] != ".":
        return True
    return _full_stop(text, begin, mark.start(), after.start(1), stop)


def _full_stop(text: str, begin: int, dot: int, following: int, stop: int) -> bool:
    """Whether a lone dot before a capital, a digit or an uncased letter is a full stop, not part of an abbreviation."""
    found = _BEFORE.search(text[max(begin, dot - 20) : dot])
    if found is None:
        return True
    word = found[0]
    follower = _LETTERS.match(text, following, min(stop, following + 20))
    first_word = follower[0] if follower else ""
    if word.isdigit():
        starts = dot - len(word) <= begin  # "1. Headline"
        ordinal = len(word) <= 2 and (first_word.lower() in _ORDINAL_NOUNS or text[following].isdigit())
        return not (starts or ordinal)
    if word in _NEVER or (text[following].isdigit() and word.lower() in _BEFORE_NUMBER):
        return False
    if _INITIALS.fullmatch(word):
        return _initials_end(text[max(begin, dot - 20) : dot - len(word)], word, first_word)
    return word not in _MAY_END or first_word in _STARTERS or first_word in _ARTICLES


def _initials_end(before: str, word: str, first_word: str) -> bool:
    """Whether "J.", "U.S." or "B." of "z. B." ends a sentence before ``first_word``."""
    if len(word) > 1:
        return first_word in _STARTERS or first_word in _ARTICLES
    before = before.rstrip()
    if before.endswith(".") and (len(before) < 3 or not before[-3].isalnum()):  # a second initial
        return False
    return word in "aàeioòuy" or first_word in _STARTERS


class Word(NamedTuple):
    """A search term and the span of the text it was made from."""

    term: str
    start: int
    end: int


# \w leaves out the combining marks that Indic, Arabic, Hebrew, Thai words and decomposed accents need, and the soft hyphen
_MARKS = "\u00ad\u0300-\u036f\u0591-\u05bd\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06ed\u0900-\u0963"
_MARKS += "\u0966-\u096f\u0971-\u0df3\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ecd\u102b-\u103e\u1056-\u109d\u17b4-\u17d3\u200c\u200d"
_LONGEST = 64
_WORD = re.compile(
    r"(?<!\d[.,])(?:[1-9]\d{0,2}([ \u00a0\u2009\u202f.,'’])\d{3}(?:\1\d{3})*(?:[.,]\d+)?(?![.,'’]?\d|\w)"  # 14 000   1,234.5
    r"|\d+[.,]\d+(?![.,]?\d|\w))"  # 8,5
    rf"|[\w{_MARKS}]+(?:['’‘＇‛′](?!\d)[\w{_MARKS}]+)*"
)
_GROUPED = re.compile(r"(?<=\d)([ \u00a0\u2009\u202f.,'’])(?=\d{3}(?:\1|[.,]\d+\Z|\Z))")
_ELISIONS = _set(
    "l d qu j n s c m t jusqu lorsqu puisqu quoiqu quelqu all dall dell nell sull coll un quest quell bell gl com dov tutt anch"
)
_WHOLE = _set("quelqu'un quelqu'une")
_STRAIGHT = str.maketrans(dict.fromkeys("’‘ʼ＇‛′", "'"))
_FOLDING = _STRAIGHT | str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
    | {chr(zero + digit): str(digit) for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50) for digit in range(10)}
    | dict.fromkeys("\u00ad\u200b\u2060\ufeff\u0640", "")  # invisible, or the Arabic stretching sign
)
_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u0655\u0670]")


def fold(text: str) -> str:
    """For matching: compatibility forms unified, case and accents gone, ß œ æ spelled out. Lengths change."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", plain).translate(_FOLDING))


@functools.cache
def _unspaced() -> re.Pattern[str]:
    """Runs of the scripts written without spaces, and Hangul."""
    asian = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7af"
    return re.compile(f"[{asian}\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]+")


@functools.lru_cache(maxsize=1 << 16)
def _terms(surface: str) -> tuple[tuple[str, int, int], ...]:
    """The search terms of one match, with spans counted from its start."""
    if surface[0].isdigit() and surface[-1].isdigit() and not surface.isalnum():
        whole = surface if surface[0] == "0" else _GROUPED.sub("", surface)
        return ((fold(whole).replace(",", "."), 0, len(surface)),)
    if "_" in surface or not (surface.isascii() or _unspaced().search(surface) is None):
        return tuple(_pieces(surface))
    start, end, plain = 0, len(surface), surface.translate(_STRAIGHT).lower()
    if len(plain) == end and "'" in plain:
        end -= 2 * plain.endswith("'s")
        while plain[start : (cut := max(start, plain.find("'", start)))] in _ELISIONS and start < 8 and plain not in _WHOLE:
            start = cut + 1
    return tuple(_plain(fold(surface[start:end]), start, end))


def _pieces(surface: str) -> Iterator[tuple[str, int, int]]:
    """Terms of a run with underscores or with scripts written without spaces: overlapping bigrams of the latter."""
    for part in re.finditer(r"[^_]+", surface):
        at = part.start()
        for run in _unspaced().finditer(surface, part.start(), part.end()):
            yield from _plain(fold(surface[at : run.start()]), at, run.start())
            at, end = run.span()
            folded = fold(run[0])
            for i in range(max(end - at - 1, 1)):
                pair = folded[i : i + 2] if len(folded) == end - at else fold(surface[at + i : at + i + 2])
                yield from _plain(pair, at + i, min(at + i + 2, end))
            at = end
        yield from _plain(fold(surface[at : part.end()]), at, part.end())


def _plain(folded: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """One term, or none when nothing is left of it; a term longer than any word is cut."""
    term = "".join(folded.strip("'").split())[:_LONGEST]
    if term:
        yield term, start, end


def words(text: str) -> list[Word]:
    """Search terms in order, each with the span it came from.

    Folded; elided articles and possessive 's cut off; numbers in one writing; scripts without spaces as bigrams.
    """
    found: list[Word] = []
    for match in _WORD.finditer(text):
        surface, offset = match.group(), match.start()
        for term, start, end in _terms(surface) if len(surface) <= _LONGEST else _terms.__wrapped__(surface):
            found.append(Word(term, offset + start, offset + end))
    return found


_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    """The text without anything that steers a terminal: controls, bidirectional overrides, invisible characters."""
    return _UNSAFE.sub("", _BREAKS.sub("\n", text)).encode("utf-8", "replace").decode("utf-8")


def one_line(text: str) -> str:
    """Printable text on one line, each run of white space one space."""
    return " ".join(printable(text).split())
