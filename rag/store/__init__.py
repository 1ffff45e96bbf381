"""An index in a PostgreSQL database: one newsroom, one database, many people asking.

Nothing is imported here, so that whoever has no store pays for nothing. Other rooms may import
these:

- ``address``      where a store is, and what may be shown of that
- ``stored_index``  a store that is open, as ``rag.index.opened`` wants it
- ``carrying``       all of an open index, to be written elsewhere
- ``checking``       whether what stands in the tables belongs together
- ``refreshing``   articles into a store, in one transaction

The others belong to this room alone:

- ``snapshot``       a transaction that sees a store as it was
- ``stored_catalog``  documents, articles, passages
- ``stored_sentences``  their sentences and tokens
- ``stored_readings``  what files said of themselves
- ``connection``   the only door to psycopg; what goes wrong, in words
- ``damaged_rows``  rows that are not what rag wrote, told as such
- ``tables``       the tables, and what is said of each
- ``packing``      numbers as the tables keep them
- ``conditions``   filters as SQL
- ``stored_terms``  postings, and BM25 over them
- ``stored_words``  the words as they are mostly written
- ``stored_vectors``  sentence vectors: exact search, or HNSW where there are many
- ``loading``      what is added to the tables: documents, articles
- ``passage_loading``  their passages, sentences, terms and words
- ``batches``        some thousand passages at a time
- ``copying``        rows into tables, the fastest way
- ``removing``       what is removed from them
"""
