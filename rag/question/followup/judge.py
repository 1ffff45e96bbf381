"""Does a question lean on what was said before it? Told by how much it says by itself, and by what it refers to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.question import question_types as kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.question.followup.names import Name
    from rag.question.followup.turn import Turn

LITTLE = 27.0  # bits: a question without a name that says less does not stand for itself
FEW = 20.0  # bits, with a name, after "and"
MORE = 50.0  # bits, after "and"
THANKS = frozenset(
    ["merci", "thanks", "thank", "danke", "gracias", "grazie", "obrigado", "obrigada", "bedankt"]
)
OWNING = r"of|d(?:e(?: la| los| las)?|'|u|es|el|er|as|os?)|von|vom|van"  # prepositions of whose something is


def is_follow_up(turn: Turn) -> bool:
    """Whether a question needs those before it to be understood."""
    if not _asks(turn):
        return False
    named = bool(turn.own or (turn.day and not turn.opened))
    if not named and turn.says < (MORE if turn.opened else LITTLE):
        return True
    return (named and bool(turn.opened) and turn.says < FEW) or has_unexplained_reference(turn)


def has_unexplained_reference(turn: Turn) -> bool:
    """Whether a pronoun, a demonstrative or "there" means something outside the question."""
    tongue = turn.tongue
    pronouns = "|".join(
        filter(None, (tongue.subject, tongue.object, tongue.possessive, tongue.that))
    )
    if any(not is_explained(turn, match.start()) for match in find_references(turn, pronouns)):
        return True
    placed = any(name.here or name.kind == "place" for name in turn.own)
    return (not placed and any(find_references(turn, tongue.there))) or (
        not turn.own and any(find_references(turn, tongue.this))
    )


def find_references(turn: Turn, pattern: str) -> Iterator[re.Match[str]]:
    """The words of a closed class that stand for something, and for no day."""
    for match in (
        re.finditer(rf"(?<![\w'])(?P<word>{pattern})(?!\w)", turn.folded_question)
        if pattern
        else ()
    ):
        proper = (
            match.start() > 0 and turn.core[match.start()].isupper()
        )  # Sie is no sie, and IT no it
        dated = (
            turn.day is not None and turn.day.start <= match.start() + turn.offset < turn.day.end
        )
        if not (proper or dated or _impersonal(turn, match)):
            yield match


def is_explained(turn: Turn, at: int) -> bool:
    """Whether the question itself says what the pronoun at this place means."""
    tongue = turn.tongue
    inverted, owned = (
        turn.folded_question[:at].endswith("-"),
        re.match(rf"(?:{tongue.possessive})(?!\w)", turn.folded_question[at:]),
    )
    if any(
        ((owned and not turn.opened) or name.start < at + turn.offset)
        if owned or inverted
        else _explains(name)
        for name in turn.own
    ):
        return True
    asking = re.match(
        rf"(?:(?:{tongue.opening})\s+)?(?P<word>{tongue.asking})(?=[\s,])", turn.folded_question
    )
    begin = asking.end() if asking and asking.end() <= at else 0
    noun = rf"(?<![\w'])(?:{tongue.article})(?:\s+|(?<='))[\w-]+\s+(?!(?:{tongue.here}|{tongue.other})(?:\b|(?<=')))[\w'-]+"
    if inverted and re.search(
        rf"(?<![\w'])(?:{tongue.article}|au|aux|du|des|ce(?:t|tte|s)?)(?:\s|(?<='))",
        turn.folded_question[begin:at],
    ):
        return True
    return re.search(noun, turn.folded_question[begin : None if owned else at]) is not None or (
        asking is not None and begin > 0 and _asker(turn, asking, at)
    )


def _explains(name: Name) -> bool:
    """Whether a name may be what a pronoun means: nothing that something happens in, with or to."""
    return not name.here and bool(re.fullmatch(rf"(?:{OWNING})?", name.preposition.lower()))


def _asker(turn: Turn, asking: re.Match[str], at: int) -> bool:
    """Whether the question word may be whom it means: which company said it would, but not which job does he have."""
    tongue, between = turn.tongue, turn.folded_question[asking.end() : at].split()
    told = " " in asking["word"] or re.fullmatch(tongue.who, asking["word"]) is not None
    told = (
        told
        and " " in turn.folded_question[at:]
        and not re.fullmatch(rf"(?:{tongue.other}) \w+", asking["word"])
    )
    return told and any(not re.fullmatch(tongue.helping, word) for word in between)


def _impersonal(turn: Turn, match: re.Match[str]) -> bool:
    said = re.finditer(rf"\b(?:{turn.tongue.impersonal})", turn.folded_question)
    return any(some.start() <= match.start() < some.end() for some in said)


def _asks(turn: Turn) -> bool:
    """Whether it is a question: no "thanks"."""
    words = set(re.findall(r"\w+", turn.folded_question))
    more = [
        word
        for word in words.difference(turn.opened.split())
        if not re.fullmatch(turn.tongue.helping, word)
    ]
    return (
        bool(words)
        and words.isdisjoint(THANKS)
        and (
            turn.question.rstrip().endswith("?")
            or bool(words & kinds.get_question_words())
            or bool(turn.opened and more)
        )
    )
