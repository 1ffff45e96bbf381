"""The ways a question leans on the one before it. Each rule gives the question completed, or nothing where it does not hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.question.followup.context import add_context
from rag.question.followup.days import move_days
from rag.question.followup.names import Name, find_names, fold_in_place
from rag.question.followup.refer import resolve_pronouns
from rag.question.followup.reword import exchange_question_word
from rag.question.followup.tables import CONTRACTED, GRAMMARS
from rag.question.followup.turn import Turn, append_words, find_day, replace_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LONG = 8  # words of a fragment, at most
THAT = r"that|it|so|this|ca|cela|das|es|eso|esto|cio|isso|dat"
SAID = 30  # words of a quotation that are asked about


def speaker(turn: Turn) -> str:
    """Who said that? The sentence is that of the last quotation."""
    tongue = turn.tongue
    if not turn.quoted or not re.fullmatch(
        rf"(?:(?:{tongue.opening})\s+)?(?:(?:{tongue.who})\s+(?:{tongue.said})(?:\s+(?:{tongue.that}|{THAT}))?|(?:{tongue.said})\s+(?:{tongue.who}))",
        turn.folded_question,
    ):
        return ""
    words = turn.quoted.split()
    quote = " ".join(words[:SAID]) + " …" * (len(words) > SAID)
    core = turn.question.rstrip(" ?!.")
    return f"{core} : « {quote} » ?" if turn.language == "fr" else f"{core}: “{quote}”?"


def asks_for_source(question: str) -> bool:
    """Whether a question is one that ``speaker`` made."""
    return re.search(r": ?[“«].+[”»] ?\?$", question) is not None


def other_word(turn: Turn) -> str:
    """Pourquoi ? And when in India? The last question, asked with another question word."""
    tongue = turn.tongue
    tail = rf"(?:\s+(?:{tongue.demonstrative}))?"
    match = re.match(
        rf"(?:(?:{tongue.opening})\s+)?(?:(?:{tongue.demonstrative})\s+)?(?P<word>(?:(?:{tongue.other})\s+)??(?:{tongue.asking})){tail}(?=[\s,]|$)",
        turn.folded_question,
    )
    if not match:
        return ""
    word = turn.core[match.start("word") : match.end("word")]
    if turn.language == "de" and re.search(
        r"^[Ww]ie ?vie\w+ [a-zäöü]", word
    ):  # a verb, where a noun has a capital
        return ""
    rest = turn.core[match.end() :].strip(" ,")
    slots, left = _slots(turn, rest)
    if (
        left
        or turn.language != turn.previous_language
        or (not turn.opened and any(isinstance(slot, Name) for slot in slots))
    ):
        return ""
    return _with(exchange_question_word(turn, word), turn.previous_language, slots, turn)


def fragment(turn: Turn) -> str:
    """Et en Inde ? And the net profit? The last question, with a part of it exchanged."""
    tongue = turn.tongue
    opening = re.match(rf"(?:{tongue.opening})\s+", turn.folded_question)
    rest = turn.core[opening.end() if opening else 0 :]
    if len(rest.split()) > LONG:
        return ""
    slots, left = _slots(turn, rest)
    if not left:
        prepositional = bool(slots) and (isinstance(slots[0], str) or bool(slots[0].preposition))
        alone = (
            opening or prepositional or (len(slots) == 1 and turn.question.rstrip().endswith("?"))
        )
        return (
            _with(turn.previous_question, turn.previous_language, slots, turn)
            if slots and alone
            else ""
        )
    thing = fold_in_place(left)
    closed = rf"(?:{tongue.asking}|{tongue.helping}|{tongue.subject}|{tongue.said})"
    closed = rf"(?:{closed}|^(?:{tongue.here}|{tongue.other}))"
    if (
        not opening
        or len(left.split()) > 4
        or re.search(rf"(?<![\w'-]){closed}(?![\w'])", thing)
        or not _thing_first(turn, rest, left)
    ):
        return ""
    other = _other_thing(turn, left)
    return _with(other, turn.previous_language, slots, turn) if other else ""


def other_year(turn: Turn) -> str:
    """And 2014? The last question, of another year."""
    year = re.fullmatch(
        rf"(?:{turn.opened} )?(?:(?:{turn.tongue.here}|{turn.tongue.other}) )?(?P<year>(?:19|20)\d\d)",
        turn.folded_question,
    )
    said = list(re.finditer(r"\b(?:19|20)\d\d\b", turn.previous_question))
    return (
        replace_spans(turn.previous_question, [(*said[0].span(), year["year"])])
        if year and len(said) == 1
        else ""
    )


def _thing_first(turn: Turn, rest: str, left: str) -> bool:
    """Whether what is no name comes first and looks like a thing: an article, or no name before it."""
    return rest.startswith(left.split()[0])


def _slots(turn: Turn, rest: str) -> tuple[list[Name | str], str]:
    """The days and names of a fragment, with what is left of it."""
    when = find_day(rest, turn.language, turn.today)
    found = find_names(rest, turn.language, apart=[when] if when else [], asks=False)
    spans = [(name.lead, name.end) for name in found] + ([(when.start, when.end)] if when else [])
    left = replace_spans(rest, [(start, end, " ") for start, end in spans])
    left = re.sub(
        rf"(?i)^\s*(?:{turn.tongue.other})\s*$|\b(?:et|and|und|y|e|en)\b(?=\s*$)", "", left
    )
    slots: list[Name | str] = [*found, *([rest[when.start : when.end]] if when else [])]
    return slots, " ".join(left.strip(" ,;.'’?¿!").split())


def _with(text: str, language: str, slots: Sequence[Name | str], turn: Turn) -> str:
    """A question with new names and days in the place of those of the same kind; added where it has none."""
    for slot in slots:
        when = find_day(text, language, turn.today)
        if isinstance(slot, str):
            text = (
                replace_spans(
                    text, [(when.start, when.end, _led(slot, text[when.start : when.end]))]
                )
                if when
                else append_words(text, slot)
            )
        elif fold_in_place(slot.text) not in fold_in_place(text):
            held = find_names(text, language, apart=[when] if when else [], known=turn.known)
            new = {fold_in_place(other.text) for other in slots if not isinstance(other, str)}
            old = _counterpart(slot, [name for name in held if fold_in_place(name.text) not in new])
            text = (
                replace_spans(text, [_exchange(slot, old, language)])
                if old
                else append_words(text, _phrase(slot, language))
            )
    return _elided(text, language)


def _led(new: str, old: str) -> str:
    """Days with the preposition of those whose place they take, where they bring none."""
    led = re.match(r"(?:en|in|im Jahr|nel|em|since|depuis|seit|desde) (?=\d{4})", old)
    return (led[0] if led else "") + new if re.fullmatch(r"\d{4}", new) else new


def _counterpart(new: Name, held: Sequence[Name]) -> Name | None:
    """The name whose place another takes: of its kind, with its preposition, the first."""
    place = new.kind == "place" or (new.here and new.kind == "other")
    fitting = [
        name
        for name in held
        if (name.kind == "place" or (name.here and name.kind == "other")) == place
    ]
    fitting = fitting or [
        name for name in held if new.preposition and name.preposition == new.preposition
    ]
    if not fitting:
        return None
    return min(
        fitting,
        key=lambda name: (
            bool(new.preposition) and name.preposition != new.preposition,
            name.kind != new.kind,
            bool(name.preposition),
        ),
    )


def _exchange(new: Name, old: Name, language: str) -> tuple[int, int, str]:
    """Where a name takes the place of another, and with which words before it."""
    if new.here and old.here:
        return old.lead, old.end, _phrase(new, language)
    if old.here and new.article and new.article.lower() in CONTRACTED.get(language, {}):
        return old.lead, old.end, CONTRACTED[language][new.article.lower()] + new.text
    if old.here and language == "fr" and new.kind == "place":
        return old.lead, old.end, f"{old.preposition} {new.text}"
    if old.article and new.article:
        between = "" if new.article.endswith("'") else " "
        return old.lead, old.end, f"{old.preposition} {new.article}{between}{new.text}".strip()
    return old.start, old.end, new.text


def _elided(text: str, language: str) -> str:
    """French d' and qu' as what follows them wants."""
    if language != "fr":
        return text
    text = re.sub(r"\b([Dd]|[Qq]u)['’](?=[BCDFGJ-NP-TV-XZ])", r"\1e ", text)
    return re.sub(r"\b([Dd]|[Qq]u)e (?=[AEIOUÀÉÈÎ])", r"\1'", text)


def _phrase(new: Name, language: str) -> str:
    """A name as it is added to a question."""
    contracted = CONTRACTED.get(language, {}).get(new.article.lower(), "")
    if not new.preposition and new.kind == "place":
        return (
            f"{contracted}{new.text}"
            if contracted
            else f"{GRAMMARS[language].here.split('|')[-1 if language != 'fr' else 0]} {new.text}"
        )
    between = "" if new.preposition.endswith("'") else " "
    article = f"{new.article}{'' if new.article.endswith(chr(39)) else ' '}" if new.article else ""
    return f"{new.preposition}{between}{article}{new.text}" if new.preposition else f"({new.text})"


def _other_thing(turn: Turn, left: str) -> str:
    """The last question about another thing: in the place of the thing that it names, else beside its names and days."""
    tongue, text = GRAMMARS[turn.previous_language], turn.previous_question
    bare = fold_in_place(text)
    for start, end in [
        *((name.lead, name.end) for name in turn.named),
        *([turn.when] if turn.when else []),
    ]:
        bare = bare[:start] + "?" * (end - start) + bare[end:]  # a thing ends where a name begins
    stop = rf"(?=\s+(?:{tongue.here})\b|\s*\?)"
    thing = re.search(
        rf"(?<![\w'])(?:{tongue.article})(?:\s+|(?<='))(?P<thing>[a-z][^?]*?){stop}", bare
    ) or re.search(rf"(?<=\?'s )(?P<thing>[a-z][^?]*?){stop}", bare)
    if thing is None:
        return ""
    with_article = re.match(rf"(?:{turn.tongue.article})(?:\s|(?<='))", fold_in_place(left))
    start = thing.start() if with_article else thing.start("thing")
    owned = thing.start() == thing.start("thing")  # after 's
    new = left[with_article.end() :].lstrip() if with_article and owned else left
    return text[:start] + new + text[thing.end("thing") :]


RULES: Sequence[Callable[[Turn], str]] = (
    speaker,
    move_days,
    other_word,
    other_year,
    fragment,
    resolve_pronouns,
    add_context,
)
