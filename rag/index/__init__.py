"""An index on disk, from articles to a generation in force; other rooms import these modules, nothing is imported here.

- ``near_duplicates``  which articles tell one story in the same words
- ``vectors``          embeddings in FAISS
- ``terms``            words and stems in tantivy
- ``vocabulary``       every word of the index, as it is mostly written
- ``sentences_table``  sentences, their tokens and owners as arrays
- ``catalog``          documents, articles and passages in SQLite
- ``generations``      an index on disk: locks, generations, the swap
- ``build``            files into a generation
- ``lookup``           what an index holds, looked up without a question
- ``references``       what an id, a source's number or a line of a file shows
- ``live``             an index that stays open in a long-running program
"""
