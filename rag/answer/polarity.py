"""Whether the sentence that settles a yes-or-no question affirms or denies it, where that is sure.

The question is a claim, and the sentence a source, as ``rag check`` compares them. It affirms the
claim when it has its figures, days and names, and all of its other words, together and in order
(``rag.answer.statements``). It denies it when the same stands there negated, with the opposite
word, or with another figure. Whatever makes it doubtful, a condition, a plan, a refusal (section
``[polarity]`` of ``rag/text/languages``), leaves the question open: a wrong "yes" is worse than
none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from rag.answer.claim_facts import list_missing
from rag.answer.claim_verdicts import list_differing
from rag.answer.claims import Source, make_claim
from rag.answer.named_elsewhere import forgive_names, forgive_subject, read_antecedent
from rag.answer.polarity_words import load_polarity_words
from rag.answer.sentence_parts import list_parts
from rag.answer.statements import (
    has_all_figures,
    is_said_together,
    match_statement,
    read_statement,
)
from rag.reading.passages import format_header
from rag.text import find_words, fold

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from rag.answer.claims import Claim, TokenVectors
    from rag.answer.polarity_words import PolarityWords
    from rag.answer.quotation_spans import Candidate
    from rag.answer.sentence_parts import SentencePart
    from rag.answer.statements import Statement, StatementMatch
    from rag.records import Article

    Polarity = Literal["yes", "no"]
    Judgement = Literal["yes", "no", "open", "unrelated"]

MAX_SENTENCES = 8  # of the best ones that are judged; chosen by hand
NEGATION_REACH = 3  # words between a negation and a word of the claim; by hand
_QUESTION_MARKS = ("?", "？", "؟")
_ENDS = " ?!.¿¡？؟"


class AskedClaim(NamedTuple):
    """What a question asks whether it is so."""

    statement: Statement
    claim: Claim
    table: TokenVectors
    today: datetime.date
    is_existence: bool  # it asks whether there is something


class _Matched(NamedTuple):
    """A part of a sentence that has all words of a statement, or the opposite of one."""

    part: SentencePart
    sentence: Statement
    match: StatementMatch
    opposite: str


class Judged(NamedTuple):
    """A sentence that has all words of a question, as a place among the candidates."""

    place: int
    judgement: Judgement


def read_asked_claim(
    question: str,
    language: str,
    *,
    table: TokenVectors,
    today: datetime.date,
) -> AskedClaim | None:
    """Return what a question asks whether it is so; None where that cannot be told.

    A negated question has no plain answer, and nothing is sure in a language without the words that
    turn a statement round.
    """
    known = load_polarity_words(language)
    if known is None:
        return None
    text = known.inverted.sub(
        " ",
        question.strip(_ENDS),
    )
    if known.negations.search(text):
        return None
    statement = read_statement(
        text,
        language,
        table,
    )
    existence = known.exists.search(text)
    if existence:
        statement = leave_out(
            statement,
            [existence[0]],
        )
    claim = make_claim(
        text,
        language,
        table=table,
        today=today,
    )
    return AskedClaim(
        statement,
        claim,
        table,
        today,
        existence is not None,
    )


def settle_question(judged: Sequence[Judged]) -> Judged | None:
    """Return which of the best sentences settles a question, and how; None where none surely does.

    Where two of them say otherwise, or one has all words of the question and leaves it open,
    nothing is sure.
    """
    judgements = {each.judgement for each in judged}
    return judged[0] if judgements in ({"yes"}, {"no"}) else None


def find_opposed(judged: Sequence[Judged]) -> tuple[Judged, Judged] | None:
    """Return the best sentence that says yes and the best that says no; None without both."""
    affirming = [each for each in judged if each.judgement == "yes"]
    denying = [each for each in judged if each.judgement == "no"]
    if not affirming or not denying:
        return None
    return affirming[0], denying[0]


def judge_sentences(
    asked: AskedClaim,
    candidates: Sequence[Candidate],
    places: Sequence[int],
) -> list[Judged]:
    """Return what those of the best sentences say that have all words of a question.

    ``places``: of the candidates, best first.
    """
    judged = []
    for place in places[:MAX_SENTENCES]:
        judgement = _judge_sentence(
            asked,
            candidates[place],
            read_antecedent(candidates, place, asked.table),
        )
        if judgement != "unrelated":
            judged.append(Judged(place, judgement))
    return judged


def _judge_sentence(
    asked: AskedClaim, candidate: Candidate, antecedent: Statement | None
) -> Judgement:
    """Return what a sentence says of a claim: "unrelated" where it has not all of its words.

    What it says is read in the shortest part of it that has them. Its pronoun stands for what the
    sentence before it, ``antecedent``, begins with.
    """
    article = candidate.hit.passage.article
    known = load_polarity_words(article.language)
    if known is None:
        return "unrelated"
    for part in list_parts(candidate.text):
        sentence = read_statement(
            part.text,
            article.language,
            asked.table,
        )
        match = match_statement(
            asked.statement,
            sentence,
        )
        match = forgive_names(
            asked.statement,
            match,
            sentence,
            article.title,
        )
        match = forgive_subject(
            asked.statement,
            match,
            antecedent,
        )
        opposite = _find_opposite(
            match,
            asked.statement,
            sentence,
        )
        if not match.missing or opposite is not None:
            matched = _Matched(
                part,
                sentence,
                match,
                opposite or "",
            )
            return _judge_part(
                asked,
                matched,
                known,
                article,
            )
    return "unrelated"


def _judge_part(
    asked: AskedClaim,
    matched: _Matched,
    known: PolarityWords,
    article: Article,
) -> Judgement:
    """Return what a part of a sentence says of a claim, all of whose words it has."""
    part, sentence, match, opposite = matched
    statement = asked.statement
    denials = [denial[0] for denial in known.negations.finditer(part.text)]
    plain = leave_out(
        sentence,
        [*denials, opposite],
    )
    exists = asked.is_existence and known.exists.search(part.text) is not None
    is_asking = part.whole.rstrip().endswith(_QUESTION_MARKS)
    if is_asking or not is_said_together(statement, match, plain, is_existence=exists):
        return "open"
    if has_other_doubts(statement, matched):
        return "open"
    header = format_header(article)
    source = Source(
        part.text,
        article,
        table=asked.table,
        today=asked.today,
        header=header,
    )
    negation = find_negation(
        sentence,
        match,
    )
    judgement = _judge_facts(
        asked.claim,
        source,
        negation,
        is_opposite=bool(opposite),
    )
    if judgement != "yes":
        return judgement
    # What will be is not yet, and a figure that may be rounded is not the one that is asked for.
    year = str(article.date.year) if article.date else ""
    is_exact = has_all_figures(statement, sentence, year)
    return "yes" if is_exact and have_same_futures(statement, sentence) else "open"


def _judge_facts(
    claim: Claim,
    source: Source,
    negation: str,
    *,
    is_opposite: bool,
) -> Judgement:
    """Return what a part says of a claim by its figures, days and names."""
    is_negated = negation == "near"
    if negation == "elsewhere" or (is_negated and is_opposite):
        return "open"
    if not list_missing(claim, source):
        return "no" if is_negated or is_opposite else "yes"
    # "It cost 14 million", where the question says 12.
    differs = list_differing(
        claim,
        source,
        source,
    )
    return "no" if differs and not is_negated and not is_opposite else "open"


def has_other_doubts(statement: Statement, matched: _Matched) -> bool:
    """Return whether a clause leaves something open that the question does not.

    Or the other way round: "Could it open?" is not settled by "It opened". The opposite of a word
    is no doubt, but an answer. Who says so counts where it stands before: "according to him …".
    """
    part = matched.part
    known = load_polarity_words(statement.language)
    known_there = load_polarity_words(matched.sentence.language)
    if known is None or known_there is None:
        return True
    clause = part.whole[part.clause.start : part.clause.end]
    before = part.whole[part.clause.start : part.span.end]
    if known_there.attributions.search(before):
        return True
    asked = {fold(match[0]) for match in known.doubts.finditer(statement.text)}
    said = {fold(match[0]) for match in known_there.doubts.finditer(clause)}
    said.discard(fold(matched.opposite))
    if statement.language != matched.sentence.language:
        return bool(asked or said)
    return asked != said


def have_same_futures(statement: Statement, sentence: Statement) -> bool:
    """Return whether both speak of what is to come, or neither does."""
    is_to_come = []
    for side in (statement, sentence):
        known = load_polarity_words(side.language)
        has_future = known is not None and known.futures.search(side.text) is not None
        is_to_come.append(has_future)
    return is_to_come[0] == is_to_come[1]


def leave_out(sentence: Statement, phrases: Iterable[str]) -> Statement:
    """Return a sentence in which words of these phrases say nothing by themselves."""
    words = {word.form for phrase in phrases for word in find_words(phrase)}
    content = [place for place in sentence.content if sentence.words[place].form not in words]
    return sentence._replace(content=content)


def _find_opposite(
    match: StatementMatch,
    statement: Statement,
    sentence: Statement,
) -> str | None:
    """Return the word of a sentence that is the opposite of the one word it has not."""
    known = load_polarity_words(statement.language)
    if known is None or len(match.missing) != 1 or statement.language != sentence.language:
        return None
    [missing] = match.missing
    for first, *others in known.opposites:
        if first.fullmatch(missing):
            wanted = others
        elif any(other.fullmatch(missing) for other in others):
            wanted = [first]
        else:
            continue
        for pattern in wanted:
            there = pattern.search(sentence.text)
            if there:
                return there[0]
    return None


def find_negation(sentence: Statement, match: StatementMatch) -> str:
    """Return "none", "near" for one negation at a word that was matched, else "elsewhere"."""
    known = load_polarity_words(sentence.language)
    if known is None:
        return "elsewhere"
    negations = list(known.negations.finditer(sentence.text))
    if not negations:
        return "none"
    if len(negations) > 1:
        return "elsewhere"
    start, end = negations[0].span()
    for place in match.places:
        word = sentence.words[place]
        between = sentence.text[end : word.start] if word.start >= end else None
        if word.end <= start:
            between = sentence.text[word.end : start]
        if between is None or re.search("[,;:–—]", between):
            continue
        if len(between.split()) < NEGATION_REACH:
            return "near"
    return "elsewhere"
