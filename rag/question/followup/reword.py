"""The last question asked with another question word, what went with the old one put where it belongs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.question.followup.names import find_names, fold_in_place
from rag.question.followup.tables import GRAMMARS
from rag.records import Span

if TYPE_CHECKING:
    from rag.question.followup.turn import Turn

COUNTING = r"combien|how (?:many|much)|wie ?viel|cuant|quant|hoeveel"
COUNTED = {  # what can be counted, last before a preposition or the end; the word that asks for its number
    "fr": (r"combien", r" des (?P<thing>[\w-]+)", "{word} de {thing}"),
    "en": (r"how many", r" (?P<thing>[a-z]+s)", "{word} {thing}"),
    "de": (r"wie viele", r" (?P<thing>[A-ZÄÖÜ][a-zäöüß]+(?:n|e|er|s))", "{word} {thing}"),
    "es": (r"cuant[oa]s", r" (?P<thing>[a-z]+s)", "{word} {thing}"),
}


def exchange_question_word(turn: Turn, word: str) -> str:
    """The last question, asking for what ``word`` asks."""
    tongue, text = GRAMMARS[turn.previous_language], turn.previous_question
    old, opening = (
        _asking(text, turn.previous_language),
        "¿" if turn.previous_language == "es" else "",
    )
    word = word[:1].upper() + word[1:]
    if old is None:
        body = text.lstrip(" ¿")
        first = find_names(body, turn.previous_language)
        rest = body if first and first[0].start == 0 else body[:1].lower() + body[1:]
        return opening + " ".join(_taken(rest, word, turn.previous_language))
    head, rest = text[: old.start].strip(" ¿"), text[old.end :].lstrip()
    asked = fold_in_place(text[old.start : old.end])
    if re.fullmatch(tongue.who, asked) and turn.answered:
        rest = _answered(turn, rest, word)
    counts, thing = (
        re.search(COUNTING, fold_in_place(word)),
        re.match(rf"(?:{COUNTING})\w*(?: d(?:e |'|’)| )(?P<thing>.+)", asked),
    )
    if thing and not counts:
        rest = _put_back(
            rest, text[old.start + thing.start("thing") : old.end], turn.previous_language
        )
    if counts and not thing:
        word, rest = _taken(rest, word, turn.previous_language)
    return opening + " ".join(filter(None, (word, head, rest)))


def _asking(text: str, language: str) -> Span | None:
    """The question word of a question, with the thing it counts: at its beginning, else anywhere."""
    tongue, bare = GRAMMARS[language], fold_in_place(text)
    begin = rf"[¿\s]*(?:(?:{tongue.opening})\s+)?"
    found = (
        re.match(rf"{begin}(?P<word>{tongue.asking})(?=[\s,]|$)", bare)
        or re.match(rf"{begin}(?P<word>{tongue.what})(?:(?=\s)|(?<='))", bare)
        or re.search(rf"(?<![\w'-])(?P<word>{tongue.asking})(?=[\s,?]|$)", bare)
    )
    if found is None:
        return None
    start, end = found.span("word")
    thing = (
        re.search(r" [a-zäöü][\w-]*$", text[start:end])
        if language == "de" and bare[start:end].startswith("wie")
        else None
    )
    return Span(
        start,
        start + thing.start() if thing and " " in bare[start : start + thing.start()] else end,
    )


def _answered(turn: Turn, rest: str, word: str) -> str:
    """What was asked about someone, now that the answer has named them."""
    tongue = GRAMMARS[turn.previous_language]
    if re.fullmatch(rf"(?:{tongue.who})", fold_in_place(word)):
        return rest
    first, _, more = rest.partition(" ")
    helping = (
        re.fullmatch(
            r"is|are|was|were|will|would|has|have|had|can|could|should|may", fold_in_place(first)
        )
        if turn.previous_language == "en"
        else None
    )
    return (
        f"{first} {turn.answered} {more}"
        if tongue.after_verb or helping
        else f"{turn.answered} {rest}"
    )


def _taken(rest: str, word: str, language: str) -> tuple[str, str]:
    """The question word with what it counts, and the question without: "how many jobs", "is Amazon cutting?"."""
    asking, things, together = COUNTED.get(language, ("(?!)", "(?!)", ""))
    tongue = GRAMMARS[language]
    stop = rf"(?=\s+(?:{tongue.here}|{tongue.other})(?:\b|(?<='))|\s*\?|$)"
    thing = re.search(things + stop, rest) if re.fullmatch(asking, fold_in_place(word)) else None
    if thing is None:
        return word, rest
    return together.format(word=word, thing=thing["thing"]), rest[: thing.start()] + rest[
        thing.end() :
    ]


def _put_back(rest: str, thing: str, language: str) -> str:
    """A question without its "how many jobs", the jobs put back before the first preposition."""
    tongue, bare = GRAMMARS[language], fold_in_place(rest)
    body = rest.rstrip(" ?")
    before = [
        match.start()
        for match in re.finditer(rf"(?<![\w'])(?:{tongue.here}|{tongue.other})(?:\s|(?<='))", bare)
        if match.start()
    ]
    at = before[0] if before else len(body)
    said = (
        (
            f"d’{thing}"
            if re.match("[aeiouh]", fold_in_place(thing)) and thing[-1:] != "s"
            else f"des {thing}"
        )
        if language == "fr"
        else thing
    )
    return (
        f"{rest[:at].rstrip(' ?')} {said} {rest[at:].lstrip()}"
        if before
        else f"{body} {said}{rest[len(body) :]}"
    )
