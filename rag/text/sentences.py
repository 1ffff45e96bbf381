"""Paragraphs and sentences, as spans of a text. Linear time, whatever the text.

A sentence ends where a reader would end it: after its mark, not inside an abbreviation, a number or a quotation, in the
shipped languages and in scripts with marks of their own.
"""

from __future__ import annotations

import re
from itertools import pairwise

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
_END = re.compile(
    rf"(?<![.!?…])([.!?…‥‼⁇⁈⁉]+){_CLOSERS}(?=\s|\Z)|[。！？｡।॥؟۔።][。！？｡।॥؟۔።」』”’）】》]*"
)
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
_MAY_END = _set(
    "Inc Corp Ltd Co Cie Jr Bros Plc plc UU al Esq Ph.D Ave"
)  # … that end it before a common first word
_STARTERS = _set(
    """Il Elle Ils Elles On Nous Vous Je Ce Cette Ces Cet Un Une Mais Et Or Puis Dans En Pour Selon Depuis Après Avec Sur
    Leur Leurs Aujourd Qu Au Aux À He She It They We You The This That These Those An In At But And However When While Since As
    His Her Its Their For With By If There Er Sie Es Wir Ihr Ich Der Die Das Dieser Diese Dieses Ein Eine Im Am Auf Aber Und Doch
    Nach Seit Mit Für Bei Zu Als Wenn Él Ella Ellos Ellas Esto Esta Este Su Sus Una Pero Con Por Para Según Desde Cuando
    Lui Lei Egli Questo Questa Ma Per Nel Secondo Dopo Ele Ela Eles Elas Um Uma Mas Em Segundo Hij Zij Ze Het Wij Dit Dat
    Een Maar Op Na Volgens"""
)
_ARTICLES = _set(
    "Le La Les L C Du Des De Los Las El Lo I Gli O Os A Se Si"
)  # first words that also stand in names
_ORDINAL_NOUNS = _set(  # German: "12. Dezember", "im 19. Jahrhundert"
    """januar jänner februar märz april mai juni juli august september oktober november dezember jahrhundert jahrhunderts quartal
    halbjahr platz rang weltkrieg jahrestag geburtstag auflage liga bundesliga klasse etage stock runde spieltag minute tag mal"""
)


def split_paragraphs(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The stretches between blank lines, without the white space around them."""
    stop = len(text) if end is None else min(end, len(text))
    found: list[Span] = []
    begin = start
    for blank in _BLANK.finditer(text, start, stop):
        found.extend(_trimmed(text, begin, blank.start()))
        begin = blank.end()
    found.extend(_trimmed(text, begin, stop))
    return found


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Sentence spans in order; with the white space between them they cover ``[start, end)``.

    None crosses a blank line, heading or list item. A single line break ends one after final punctuation or after a line that
    stands alone (title, figure), not inside hard-wrapped prose.
    """
    found: list[Span] = []
    for paragraph in split_paragraphs(text, start, end):
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
    full = (
        wrapped and word is not None and above.end - above.start + 1 + len(word[0]) > width
    )  # the next word did not fit
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
        ordinal = len(word) <= 2 and (
            first_word.lower() in _ORDINAL_NOUNS or text[following].isdigit()
        )
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
