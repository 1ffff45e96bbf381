"""An index on disk, from articles to a generation in force.

Nothing is imported here, so that ``rag --help`` pays for nothing. Other rooms may import these:

- ``build``             what to index, what that changes, and the swap
- ``contents``          articles into what an index holds of them, where it fits into memory
- ``file_records``      which files are as they were when they were read
- ``gathering``         the stories of the files, of those unchanged and of those gone
- ``generations``       the generations of an index, and the one that is open
- ``index_folder``      its folder: the lock, the generation in force, what may be removed
- ``held_generation``   a generation that is open, held until it is closed
- ``listing``           the articles as a list, sorted, with their places
- ``live``              an index that stays open in a long-running program
- ``lookup``            what an index holds, looked up without a question
- ``name_matches``      a name as it is typed beside those of an index
- ``opened``            what is asked of an open index, wherever it is kept
- ``passage_terms``     the terms of passages, as they are counted and searched
- ``references``        what an id, a source's number or a line of a file shows
- ``terms``             words and stems, ranked by BM25: the terms of a query
- ``spool``             what was read of files, on disk until it is indexed
- ``topic_articles``    the articles in which all words of a topic stand
- ``vocabulary``        every word of an index, as it is mostly written

The others belong to this room alone:

- ``streaming``         articles into a generation, block by block
- ``file_reading``      files into a spool, by all cores where they are many
- ``blocks``            what an index holds of some articles
- ``workers``           files read, and blocks made, by all cores
- ``cutting``           articles into passages, sentences and tokens
- ``worker_process``    a process that reads files, or makes blocks
- ``worker_wire``       what it is told and what it answers
- ``article_wire``      articles as bytes
- ``digested_files``    files as they wait to be indexed
- ``embedding``         the vectors of the sentences of passages
- ``sentence_vectors``  those of new articles made, those of an index before copied
- ``near_duplicates``   which articles tell one story in the same words
- ``fingerprints``      runs of tokens that two texts share, by winnowing
- ``fingerprint_table`` those of all articles, as arrays
- ``regrouping``        which groups an update has to tell anew
- ``recurring_text``    which of them come back in every text of a series
- ``vectors``           sentence vectors in FAISS
- ``vector_writing``    how they are written, list after list
- ``mapped_arrays``     arrays in files that are checked as they are read
- ``sentences_table``   sentences, their tokens and owners as arrays
- ``catalog``           documents, articles and passages, read from SQLite
- ``catalog_rows``      what is read of its rows
- ``catalog_tables``    the tables of that file
- ``catalog_writing``   how they are filled
- ``readings``          what files said of themselves: what is unchanged is not extracted again
- ``generation_files``  what a generation holds, and how it is written as its articles come
- ``salvage``           what can still be read of a damaged index
- ``taken_over``        what is unchanged is not cut again
- ``term_runs``         terms that come block by block: sorted runs, merged
- ``term_table``        which passages hold a term, as arrays
- ``term_scores``       BM25 over them, the best without reading all
- ``segments``          generations that answer together, one behind the other
- ``segmented_index``   they, open for asking as one
- ``segmented_terms``   their terms, ranked as one
- ``segmented_words``   their words, counted as one
- ``removals``          what is gone of a segment
- ``segment_plan``      what an update writes anew, and which segments stay
- ``segment_writing``   the new segment beside those that stay
- ``manifest``          what a generation says of itself
- ``checked_files``     files whose checksums are compared before they are used

A newcomer may change how articles are grouped or what is looked up without touching the rest.
A change to what is stored needs another ``manifest.FORMAT``; one to the order of writes in
``generations`` needs its tests with killed processes and full disks, which say what may go wrong.
"""
