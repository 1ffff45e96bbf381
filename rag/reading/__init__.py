"""Files into Documents, Documents into Articles, Articles into passages.

Other rooms import these modules; nothing is imported here, as an answer needs of all of them only
how the header of a passage is written.

- ``files``           which files are articles
- ``folders``         where they lie, and what lies beside them
- ``skipped``         which are not, and why, counted by kind
- ``file_bytes``      what a file holds, and how much of it is read
- ``file_records``    what was read of a file, with what tells that it has not changed since
- ``archives``        the files in a file: ZIP and TAR
- ``extraction``      a file's bytes into a document, by the format that fits
- ``guard``           what is read in a process of its own, with limits
- ``guarded_child``   what runs in that process
- ``wire``            what the two processes say to each other
- ``encoding``        bytes into text
- ``narrow_codecs``   of codecs with one byte a character, the one that makes words
- ``wide_codecs``     of those with several, the one that makes usual characters
- ``edits``           what nobody sees of a text, edits put together
- ``mojibake``        "Ã©" as it was meant
- ``formats``         kinds of files: the bytes of a file into the text that a person reads
- ``front_matter``    metadata before the text
- ``front_matter_keys``  what its keys mean
- ``front_matter_syntax``  its YAML, TOML and JSON
- ``front_matter_values``  what of it is text, and where it stands
- ``date_style``      how a document writes its days
- ``language_sample`` what tells its language
- ``lines``           what a line looks like
- ``layout``          a file as lines, a story of them
- ``credit_patterns`` "published on", "by", "source:" as patterns
- ``attribution``     who published it, and when
- ``heads``           headline, author and day above a text
- ``language_words``  the words of the language files
- ``newsletters``     a story to each attribution
- ``issues``          newsletters without attributions
- ``sections``        briefs and figures in capitals
- ``stories``         which way to cut a file
- ``publishers``      whose articles lie where, as the user says
- ``articles``        the stories of a document
- ``shown_text``      what a person sees of a stretch, cut into sentences
- ``passages``        what is embedded and searched

A newcomer adds words of a language in ``rag/text/languages``; a new way to cut a file is a function
in ``stories`` that returns no story where it does not fit.
"""
