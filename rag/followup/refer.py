"""Pronouns, possessives and adverbs of place that mean something in the exchange before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.followup.names import flat, names
from rag.followup.tables import ARTICLES_OF
from rag.followup.turn import added, replaced

if TYPE_CHECKING:
    from rag.followup.names import Name
    from rag.followup.turn import Turn

PERSONS = r"he|she|him|her|his|er|ihn|ihm|lui|hij|hem"  # never a company


def resolved(turn: Turn) -> str:
    """The question with what its pronouns mean; empty where it has none that mean anything outside it."""
    for find in (_inverted, _subject, _object, _possessive, _dropped, _there, _that):
        if done := find(turn):
            return done
    return ""


def _meant(turn: Turn, pronoun: str) -> str:
    """The name that a pronoun stands for: who the answer named, else the subject of the last question."""
    own = flat(turn.asked)
    held = [name for name in turn.named if flat(name.text) not in own]
    if turn.answered and pronoun not in ("it", "its") and flat(turn.answered) not in own:
        return turn.answered
    if re.fullmatch(PERSONS, pronoun):
        held = [name for name in held if turn.person(name)] or [name for name in held if name.kind != "place"]
    held = [name for name in held if name.kind != "place"] or held
    return min(held, key=_subject_like).text if held else turn.answered


def _subject_like(name: Name) -> bool:
    return bool(name.preposition)


def _explained(turn: Turn, at: int) -> bool:
    """Whether what stands before a pronoun says already whom it means."""
    tongue, before = turn.tongue, turn.core[:at]
    asking = re.match(rf"(?:(?:{tongue.opening})\s+)?(?:{tongue.asking})(?=[\s,])", turn.bare)
    begin = asking.end() if asking and asking.end() <= at else 0
    rest = before[begin:]
    noun = rf"(?<![\w'])(?:{tongue.article})(?:\s+|(?<='))[\w-]+\s+(?!(?:{tongue.here}|{tongue.other})(?:\b|(?<=')))[\w'-]+"
    return bool(names(rest, turn.language, asks=begin == 0)) or re.search(noun, flat(rest)) is not None


def _impersonal(turn: Turn, at: int) -> bool:
    return any(match.start() <= at < match.end() for match in re.finditer(rf"\b(?:{turn.tongue.impersonal})", turn.bare))


def _found(turn: Turn, pattern: str) -> re.Match[str] | None:
    """The first pronoun of a kind that nothing in the question explains."""
    if pattern == "":
        return None
    matches = re.finditer(rf"(?<![\w'-])(?P<word>{pattern})(?![\w-])", turn.bare)
    return next((match for match in matches if not _impersonal(turn, match.start()) and not _capital(turn, match)), None)


def _capital(turn: Turn, match: re.Match[str]) -> bool:
    """Sie is no sie, and IT no it."""
    return match.start() > 0 and turn.core[match.start()].isupper()


def _put(turn: Turn, changes: list[tuple[int, int, str]]) -> str:
    at = turn.asked.index(turn.core)
    return replaced(turn.asked, [(start + at, end + at, new) for start, end, new in changes])


def _inverted(turn: Turn) -> str:
    """French "depuis quand travaille-t-il": the name before the verb, after it where the question asks what."""
    match = re.search(
        r"(?P<verb>(?:(?:ne |n'|se |s'|le |la |les |l'|lui |leur |y |en )*)[\w]+)-(?:t-)?(?:il|elle)s?\b", turn.bare
    )
    if turn.language != "fr" or match is None or _impersonal(turn, match.start()) or _impersonal(turn, match.end() - 1):
        return ""
    name = _meant(turn, "il") if not _explained(turn, match.end("verb")) else ""
    if not name:
        return ""
    if re.search(r"(?:^|\s)qu(?:e |')$", turn.bare[: match.start()]):
        return _put(turn, [(match.end("verb"), match.end(), f" {name}")])
    return _put(turn, [(match.start(), match.start(), f"{name} ")])


def _subject(turn: Turn) -> str:
    match = _found(turn, turn.tongue.subject)
    if turn.language == "es":
        match = re.search(r"(?<![\w])(?P<word>él)(?!\w)", turn.core) or match
    if match is None or _explained(turn, match.start()) or _whose_subject(turn, match.start()):
        return ""
    name = _meant(turn, match["word"])
    start = match.start()
    if turn.core[:start].endswith(("qu'", "qu’")):
        return _put(turn, [(start - 1, match.end(), f"e {name}")]) if name else ""
    return _put(turn, [(start, match.end(), name)]) if name else ""


def _whose_subject(turn: Turn, at: int) -> bool:
    """Whether the question word may be whom the pronoun means: which company said it would, but not which job does he have."""
    asking = re.match(rf"(?:(?:{turn.tongue.opening})\s+)?(?P<word>{turn.tongue.asking})(?=[\s,])", turn.bare)
    if asking is None or asking.end() > at or re.fullmatch(r"(?:since|seit|desde|depuis|bis|ab) \w+", asking["word"]):
        return False
    between = turn.bare[asking.end() : at].split()
    told = " " in asking["word"] or re.fullmatch(turn.tongue.who, asking["word"]) is not None
    return told and any(not re.fullmatch(turn.tongue.helping, word) for word in between)


def _object(turn: Turn) -> str:
    """Who succeeds him? No subject before it is meant."""
    match = _found(turn, turn.tongue.object)
    if match is None or re.search(r"\b(?:and|et|und|or)\b", turn.bare[1 : match.start()]):
        return ""
    after = rf"$|\s+(?:{turn.tongue.here}|{turn.tongue.other})\b"
    if match["word"] in ("her", "it") and not re.match(after, turn.bare[match.end() :]):  # her salary, when it will
        return ""
    if match["word"] in ("it", "them") and names(turn.core[: match.start()], turn.language):
        return _about(turn)
    name = _meant(turn, match["word"])
    return _put(turn, [(match.start(), match.end(), name)]) if name else ""


def _possessive(turn: Turn) -> str:
    tongue = turn.tongue
    match = _found(turn, rf"(?:{tongue.possessive})\s+(?P<thing>[\w-]+(?: d(?:e |')[a-z]+)?)") if tongue.owned else None
    if match is None or _explained(turn, match.start()) or _whose(turn, match.start()):
        return ""
    pronoun = match["word"].split()[0]
    name = _meant(turn, pronoun)
    if not name:
        return ""
    thing = turn.core[match.start("thing") : match.end("thing")]
    owned = tongue.owned.format(name=name, thing=thing)
    if turn.language in ARTICLES_OF:
        owned = f"{_article(turn.language, pronoun, flat(thing))}{thing} {_of(turn.language, name)}"
    if turn.language == "de" and name[-1:] in "sxzß":
        owned = f"{name}’ {thing}"
    return _put(turn, [(match.start(), match.end(), owned)])


def _whose(turn: Turn, at: int) -> bool:
    """Whether the question word itself is the owner: who lost his job, how many people lost theirs."""
    asking = re.match(rf"(?:(?:{turn.tongue.opening})\s+)?(?P<word>{turn.tongue.asking})\s+(?P<verb>[\w'-]+)", turn.bare)
    if asking is None or asking.end() > at:
        return False
    copula = re.fullmatch(rf"{turn.tongue.is_}|sera|will|wird", asking["verb"]) is not None
    return (re.fullmatch(turn.tongue.who, asking["word"]) is not None and not copula) or " " in asking["word"]


def _article(language: str, pronoun: str, thing: str) -> str:
    if language == "es":
        return (
            ("las " if thing.endswith("as") else "los ")
            if pronoun == "sus"
            else "la "
            if re.search(r"(?:a|cion|dad)$", thing)
            else "el "
        )
    if thing[:1] in "aeiouh" and not pronoun.endswith("s"):
        return "l’"
    return f"{ARTICLES_OF[language].get(pronoun, 'le')} "


def _of(language: str, name: str) -> str:
    return f"d’{name}" if language == "fr" and flat(name)[:1] in "aeiouy" else f"de {name}"


def _dropped(turn: Turn) -> str:
    """Spanish leaves its subject out: "¿desde cuándo trabaja en Amazon?"."""
    tongue = turn.tongue
    match = re.fullmatch(
        rf"(?:(?:{tongue.opening}) )?(?:(?:desde |hasta )?cuando|(?:de |a)?donde|por que|como|de donde) (?!se |hay |es |son )"
        rf"(?:(?:lo |la |ha |han |va a |no )*)(?P<verb>[a-z]+)(?P<rest>(?: (?:{tongue.here}|{tongue.other}) .*)?)",
        turn.bare,
    )
    if not tongue.drops or match is None:
        return ""
    name = _meant(turn, "")
    return _put(turn, [(match.end("verb"), match.end("verb"), f" {name}")]) if name else ""


def _there(turn: Turn) -> str:
    """How many work there? The last place."""
    match = _found(turn, turn.tongue.there)
    places = [name for name in turn.named if name.here] or [name for name in turn.named if name.kind == "place"]
    own = names(turn.core, turn.language)
    if match is None or not places or any(name.here or name.kind == "place" for name in own):
        return ""
    last = places[-1]
    where = turn.said[last.lead : last.end] if last.here else last.text
    if match["word"] == "y":
        at = turn.asked.index(turn.core)
        without = turn.asked[: match.start() + at] + turn.asked[match.end() + at :]
        return added(without, where)
    return _put(turn, [(match.start(), match.end(), where)])


def _that(turn: Turn) -> str:
    """What does that cost? About what the last question was about."""
    match = _found(turn, turn.tongue.that)
    return _about(turn) if match and not _explained(turn, match.start()) else ""


def _about(turn: Turn) -> str:
    """The question beside the names and days of the last one."""
    own = flat(turn.asked)
    about = [name.text for name in turn.named if flat(name.text) not in own]
    return added(turn.asked, f"({', '.join(about)})") if about else ""
