"""A question before it is searched: what it asks for, of which articles, and what its words may be.

question_types  the kind of answer it asks for
spelling        its words in the spelling of the articles
date_filter     which articles it is asked of, by the days it names
expand          what stands for its words, in every language of the index
followup        what it leaves unsaid, because the question before said it
"""
