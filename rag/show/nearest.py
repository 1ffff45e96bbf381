"""The sentence of a passage that comes nearest to a question which the articles do not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.reading.shown_text import split_shown_sentences
from rag.show.lines import find_content_terms
from rag.text import find_words, to_one_line

if TYPE_CHECKING:
    from rag.records import Answer, Passage

MIN_WORDS = 4  # of a sentence that says something: no heading, no name under an article


def choose_sentence(passage: Passage, answer: Answer) -> str:
    """Return the best sentence of a passage: the one that scored best, where one of it did.

    Else the first of those with the most words of the question.
    """
    text = to_one_line(passage.shown)
    if answer.explanation is not None:
        for reason in answer.explanation.top_sentences:
            sentence = to_one_line(reason.sentence)
            if sentence in text:
                return sentence
    sentences = list_sentences(passage)
    terms = find_content_terms(answer.question)

    def count_terms(sentence: str) -> int:
        return len(terms.intersection(word.term for word in find_words(sentence)))

    return max(sentences, key=count_terms, default=text)


def list_sentences(passage: Passage) -> list[str]:
    """Return the sentences of a passage as they are seen; the short ones only where all are."""
    document = passage.article.document
    sentences = []
    for start, end in split_shown_sentences(document, passage.start, passage.end):
        sentences.append(to_one_line(document.show(start, end)))
    long_sentences = [each for each in sentences if len(find_words(each)) >= MIN_WORDS]
    return long_sentences or sentences
