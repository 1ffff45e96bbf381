r"""What tells a follow-up in a language: the ``[followup]`` section of its file.

An entry of a word class is a phrase as people write it, in a notation known from usage messages:

    [ok] (and|but) [for]    brackets may be left out, of a parenthesis one alternative is there
    how many *s             ``*`` is any word that is none of ``verbs_after_question_words``:
                            "how many jobs", not "how many is"
    /y(?! a\b)/             between slashes: a regular expression, where words cannot say it

Phrases are folded as questions are (``fold_in_place``). A class that a language leaves out matches
nothing: the rules that need it are off there. A new language is a new section, see
docs/languages.md. The rules use classes by name, in templates of regular expressions
(``compile_template``): ``{openings}\s+{articles}``.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from typing import TYPE_CHECKING, Any

from rag.question.followup.editing import fold_in_place
from rag.text import has_capitalised_nouns, list_languages_with, load_section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Pattern = str  # a regular expression on folded text, in a group of its own
NEVER: Pattern = "(?!)"
ANY_WORD = r"[\w-]+"
# The notation of phrases, and what it is in a regular expression, in the order of replacement.
NOTATION = (
    (r"[.?+^$\\{}]", r"\\\g<0>"),
    (r"\(", "(?:"),
    # A space beside a part that may be left out goes with it.
    (r" \[([^]]*)\]", r"(?: (?:\1))?"),
    (r"\[([^]]*)\] ", r"(?:(?:\1) )?"),
    (r"\[([^]]*)\]", r"(?:\1)?"),
)
PLACEHOLDER = r"\{([a-z_]+)\}"
# What templates may hold besides the word classes.
COMPOSED = {
    "word_start": r"(?<![\w'])",  # also not after an apostrophe: "d'un" has no word "un"
    "word_gap": r"(?:\s+|(?<='))",  # between two words; after an elision (l', d') there is no space
    "word_end": r"(?:\b|(?<='))",
    "prepositions": "(?:{place_prepositions}|{other_prepositions})",
    # Words that tell nothing of what a question is about.
    "closed_classes": (
        "(?:{openings}|{question_words}|{what}|{who}|{function_words}|{prepositions}|{articles}"
        "|{subject_pronouns}|{possessives}|{speech_verbs})"
    ),
}
# Where a question fits several languages, the first of these is taken. Chosen by hand: the order
# in which they were written, which the conversations in tests/data are measured with.
PREFERRED_LANGUAGES = ("fr", "en", "de", "es", "it")


@dataclasses.dataclass(frozen=True)
class Calendar:
    """How a language writes days: templates with {year}, {month} and {day}."""

    year: str
    quarters: tuple[str, ...]  # the four of a year
    month: str
    day: str


@dataclasses.dataclass(frozen=True)
class Templates:
    """How a language writes what a completed question needs."""

    question_about_quotation: str
    opening_mark: str = ""  # Spanish "¿"
    place_preposition: str = ""  # before a place that comes without a preposition
    place_prepositions_by_article: Mapping[str, str] = dataclasses.field(default_factory=dict)
    places_drop_articles: bool = False  # whether places take no article after that preposition
    elided: tuple[str, ...] = ()  # words that lose their last letter before a vowel
    genitive: str = ""  # "his salary", once a name stands for "his"
    genitive_preposition: str = ""
    genitive_after_s: str = ""  # the same after a name that ends with a sibilant
    articles_by_possessive: Mapping[str, str] = dataclasses.field(default_factory=dict)
    counted_noun: str = (
        ""  # a regular expression on the text as written: the noun that "how many" counts
    )
    count_question_words: Pattern = NEVER  # the question words that such a noun goes with
    count_question: str = ""
    uncounted_noun: str = "{noun}"  # the noun where it is no longer counted: "des emplois"
    uncounted_noun_elided: str = ""


@dataclasses.dataclass(frozen=True)
class FollowUpGrammar:
    """The closed classes of words that tell how a question depends on the one before it."""

    language: str
    calendar: Calendar
    templates: Templates

    # What ties a question to the last one, and what asks
    openings: Pattern  # "and", "what about"
    conjunctions: Pattern
    question_words: Pattern  # with the preposition before them and the noun after them
    degree_adverbs: Pattern  # before an adjective: "so"
    degree_words: Pattern  # question words that take an adjective or a noun: German "wie"
    count_words: Pattern  # question words that ask for a number, their beginnings
    who: Pattern
    copulas: Pattern  # after who, ask for someone who is named: "who is"
    what: Pattern  # question words that no fragment is made of
    event_phrases: Pattern  # after a question word, mean the last exchange: "when was that"
    speech_verbs: Pattern  # "said", after who
    speech_objects: Pattern  # "that", after them
    thanks: Pattern

    # What stands before names and nouns
    place_prepositions: Pattern
    other_prepositions: Pattern
    genitive_prepositions: Pattern  # what follows owns something, and may be whom a pronoun means
    determiner_prepositions: Pattern  # prepositions with an article inside: German "im"
    phrase_links: Pattern  # what joins the words of one phrase
    year_prepositions: Pattern
    accent_homographs: (
        Pattern  # prepositions without their accent, verbs in a text that has accents
    )
    articles: Pattern
    noun_determiners: Pattern  # other words that only a noun follows
    noun_modifiers: Pattern  # words of quantity and adjectives before a common noun

    # Words that name nothing, and those that stand for something named before
    function_words: Pattern  # auxiliaries, copulas, pronouns: no fragment holds them
    auxiliaries: Pattern
    opening_verbs: Pattern  # first words of a question that are verbs: "investit-il"
    subject_pronouns: Pattern
    inverted_pronouns: Pattern  # subject pronouns after the verb: French "-t-il"
    proclitics: Pattern  # unstressed words before a verb
    object_pronouns: Pattern
    person_pronouns: Pattern  # pronouns that stand for no company
    thing_pronouns: Pattern  # pronouns that stand for no person
    plural_pronouns: Pattern
    possessives: Pattern
    impersonal: Pattern  # where a pronoun stands for nothing: "is it possible"
    place_adverbs: Pattern  # "there"
    place_proclitics: Pattern  # those that stand before the verb: French "y"
    demonstrative_pronouns: Pattern  # "that", for what was said
    demonstratives: Pattern  # "this", before a noun
    bare_subjects: Pattern  # nouns without an article, after an auxiliary: "do farmers"
    subjectless_question_words: Pattern  # after them, a verb may stand without a subject
    subjectless_verbs_not: Pattern  # verbs that need none even so

    # What moves from one period to another
    earlier: Pattern  # "before", "previous"
    later: Pattern
    shift_prefixes: Pattern  # written as one word with the period: German "Vorjahr"
    shift_fillers: Pattern  # words that may stand beside these: "the", "in"
    year_words: Pattern
    quarter_words: Pattern
    month_words: Pattern
    day_words: Pattern

    capitalised_nouns: bool = False  # whether all nouns have capitals: German
    subject_after_verb: bool = False  # whether a question's subject comes after its verb

    def match(self, template: str, text: str) -> re.Match[str] | None:
        """Return the match of a template at the beginning of a text, which is folded for it."""
        return compile_template(self.language, template).match(fold_in_place(text))

    def fullmatch(self, template: str, text: str) -> re.Match[str] | None:
        """Return the match of a template with a whole text, which is folded for it."""
        return compile_template(self.language, template).fullmatch(fold_in_place(text))

    def search(self, template: str, text: str) -> re.Match[str] | None:
        """Return the first match of a template in a text, which is folded for it."""
        return compile_template(self.language, template).search(fold_in_place(text))

    def substitute(self, template: str, replacement: str, text: str) -> str:
        """Return the text, folded, with a replacement in the place of what a template matches."""
        return compile_template(self.language, template).sub(replacement, fold_in_place(text))

    def find_all(self, template: str, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches of a template in a text, which is folded for it."""
        return compile_template(self.language, template).finditer(fold_in_place(text))


@functools.cache
def compile_template(language: str, template: str) -> re.Pattern[str]:
    """Return a regular expression with the word classes of a language in it.

    ``{articles}`` stands for one of its articles, ``{word_start}`` and the like for COMPOSED.
    """
    grammar = load_grammar(language)

    def insert_class(placeholder: re.Match[str]) -> str:
        name = placeholder[1]
        if name in COMPOSED:
            return re.sub(PLACEHOLDER, insert_class, COMPOSED[name])
        word_class: str = getattr(grammar, name)
        return word_class

    return re.compile(re.sub(PLACEHOLDER, insert_class, template))


@functools.cache
def load_grammar(language: str) -> FollowUpGrammar:
    """Return the grammar of follow-ups in a language; LookupError where its file has none."""
    section = load_section(language, "followup")
    if not section:
        raise LookupError(f"no grammar of follow-ups in {language}")
    calendar = section["calendar"]
    verbs = build_pattern(section.get("verbs_after_question_words", ()))
    word_classes = {
        name: build_pattern(section.get(name) or calendar.get(name, ()), verbs)
        for name in _list_pattern_fields(FollowUpGrammar)
    }
    return FollowUpGrammar(
        language=language,
        calendar=Calendar(
            year=calendar["year"],
            quarters=tuple(calendar["quarters"]),
            month=calendar["month"],
            day=calendar["day"],
        ),
        templates=_read_templates(section["templates"]),
        capitalised_nouns=has_capitalised_nouns(language),
        subject_after_verb=section.get("subject_after_verb", False),
        **word_classes,
    )


def has_grammar(language: str) -> bool:
    """Return whether follow-ups are understood in a language; only its own file is read."""
    return bool(load_section(language, "followup"))


def iterate_languages() -> Iterator[str]:
    """Yield the languages that have a grammar, the preferred ones first.

    Every language file is read only once these are used up.
    """
    yield from PREFERRED_LANGUAGES
    for language in list_languages_with("followup"):
        if language not in PREFERRED_LANGUAGES:
            yield language


def build_pattern(phrases: Sequence[str], excluded: Pattern = NEVER) -> Pattern:
    """Return a regular expression for phrases; their ``*`` matches none of ``excluded``."""
    if not phrases:
        return NEVER
    return f"(?:{'|'.join(_build_phrase(phrase, excluded) for phrase in phrases)})"


def _build_phrase(phrase: str, excluded: Pattern) -> str:
    """Return the regular expression of one phrase."""
    folded = fold_in_place(phrase)
    if folded.startswith("/"):
        return folded.strip("/")
    any_word = ANY_WORD
    if excluded != NEVER:
        any_word = rf"(?!{excluded}\b){ANY_WORD}"
    pattern = folded
    for notation, replacement in NOTATION:
        pattern = re.sub(notation, replacement, pattern)
    # In haste "faut-il" is typed "faut il".
    pattern = pattern.replace("-", "[- ]")
    return pattern.replace("*", any_word)


def _list_pattern_fields(table: type) -> list[str]:
    """Return the names of the fields of a dataclass that are word classes."""
    return [field.name for field in dataclasses.fields(table) if field.type == "Pattern"]


def _read_templates(section: Mapping[str, Any]) -> Templates:
    """Return the templates of a language; a list of words is a word class, as in the grammar."""
    values = dict(section)
    for name in _list_pattern_fields(Templates):
        values[name] = build_pattern(section.get(name, ()))
    values["elided"] = tuple(section.get("elided", ()))
    return Templates(**values)
