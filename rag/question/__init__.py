"""A question before it is searched: what it asks for, of which articles, and what its words may be.

Other rooms import these modules; nothing is imported here.

- ``question_types``  what kind of answer is asked for: a number, a day, a person
- ``small_talk``  whether it is a greeting, which asks nothing of articles
- ``collection``  whether it is about the articles as a whole
- ``noun_phrases``  where a name or a thing begins and ends
- ``item_pieces``   a sentence cut where things may be enumerated
- ``enumerations``  things that a text names one after the other
- ``compared_things``  the things that it compares, and what is searched for each
- ``forms``  whether it asks for a timeline, a summary, what is new, a comparison, a list, yes or no
- ``phrase_patterns``  questions that fit a phrase of a language file as a whole
- ``spoken_values``   what people say for the value of a setting: "last month", "français"
- ``spelling``        the question in the spelling of the articles
- ``date_filter``     the days that it names, and which articles they choose
- ``expand``          its words in each language of the index
- ``followup``        a question that leans on those before it, made whole
"""
