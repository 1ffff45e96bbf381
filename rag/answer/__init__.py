"""Passages into an answer: the sentences that answer, whether any does, and verified citations.

Other rooms import these modules; nothing is imported here. In the order in which a question meets
them:

- ``word_patterns``    word lists of the language files as regular expressions
- ``topics``           which of fifteen topics of the press a text speaks of, told by word lists
- ``answer_types``     what a sentence holds that a question may ask for: numbers, names, reasons
- ``anaphora``         whether a sentence points back to the one before it
- ``quotation_spans``  candidate sentences, and how far a quotation reaches
- ``passage_groups``   which candidate sentences are of one passage
- ``coverage``         how well a text has the words of a question
- ``echoes``           whether a sentence holds the question instead of answering it
- ``feature_names``    the names of the features, in order
- ``features``         a candidate sentence as a row of numbers
- ``scorer``           the small learned functions of these rows
- ``answerability``    whether the passages answer the question at all
- ``choosing``         the story of the room: passages into quotations, or into a refusal
- ``evidence``         which passages are read, and what of them is evidence
- ``sentence_selection``  the same by the reader, which reads question and passage together
- ``topic_articles``   the articles on a topic, for questions that ask for a form
- ``shared_sentences``  sentences that several stories have, which stand for none of them
- ``layouts``          what the rows of a form are made of
- ``leads``            the sentence that tells what an article reports
- ``timelines``        the events of a topic, the oldest first
- ``news``             what is new, the newest first
- ``summaries``        the sentences that carry an article
- ``item_lists``       the items that articles list, without doubles
- ``continuations``    sentences that go on with what the one before them lists
- ``paired_items``     two things joined by "and" alone, where both answer
- ``announced_items``  items that a sentence announces by their number
- ``kinds_of_items``   obligations, restrictions, cuts that no sentence calls so
- ``measures``         what "dearer" or "longer" asks to be measured
- ``thing_statements``  the sentences that speak of a thing that is compared
- ``comparisons``      a row for each thing that is compared, ordered by their figures
- ``statements``       whether a sentence says the same as a statement, word for word
- ``sentence_parts``   what stands between the commas of a sentence, and its clauses
- ``named_elsewhere``  words of a statement that a title or a pronoun stands for
- ``polarity_words``   words that turn a statement round or leave it open
- ``polarity``         whether a sentence affirms or denies what is asked, where that is sure
- ``claim_cover``      sentences that speak of what is asked, in whatever words
- ``amounts``          figures in a sentence, in one value however they are written
- ``word_matching``    whether a word is among others, in one language or two
- ``compared_sentences``  sentences and questions as conflicts compares them
- ``conflicts``        sources that give different figures, cited and told
- ``differing_answers``  answers, as the reader reads them, that cannot all be right
- ``answering_sentences``  sentences that answer, with the value read in each
- ``read_values``      such a value as a figure, a day or a name
- ``quoted_words``     words of quotations as they are compared, typography apart
- ``draft_quotations``  quotations in a draft, and the pieces they are made of
- ``quotation_matching``  a quotation beside an article: in the same words, nearly, or not there
- ``claims``           sentences of a draft with figures, days or names; what is read of passages
- ``claim_facts``      whether a source has a figure, a day, a name, a word of a claim
- ``claim_words``      words that tell who says a thing, how sure it is, of how many it is so
- ``claim_translations``  words that another language tells by one which its own list lacks
- ``claim_speakers``   who says what a sentence tells, and whether anybody does
- ``claim_clauses``    which clauses of a passage carry a claim
- ``speaker_doubts``   whether a claim keeps who says it
- ``claim_doubts``     why a passage with all words of a claim may not say it
- ``claim_verdicts``   what passages say of a claim: supported, or where they differ
- ``claim_figures``    figures that a passage does not write, but gives
- ``claim_marks``      the mark of a claim that a language model wrote
- ``asked_values``     the number, day or name asked for, in what is quoted
- ``citations``        every quotation looked up in its file

A newcomer may add words of a language (``rag/text/languages``), question by question. Whoever
changes a feature, its order or its name must fit the scorers again: ``scripts/train_extract.py``.
"""
