"""The files that ship with rag, and the code that reads them.

Other rooms import these modules; nothing is imported here, so that ``rag --help`` pays for nothing.

- ``tensors``         memory-mapped model files
- ``language_id``     which language a text is in
- ``tokenizer``       the one tokenizer: texts into token ids
- ``lexicon``         what words are in other languages
- ``lexicon_tables``  the arrays of the lexicon
- ``embedders``       texts into vectors
- ``e5``              a stronger embedder, of a package that is installed beside
- ``reader``          which sentence of a passage answers a question, or that none does
- ``hub``             where models are downloaded from, unreached when offline

The files lie in ``static-multilingual/``, which ``scripts/train_model.py`` writes, and in
``reader/``, which ``scripts/train_reader.py`` writes.
"""
