"""The files that ship with rag, and the code that reads them; other rooms import these modules, nothing is imported here.

- ``tensors``      memory-mapped model files
- ``language_id``  which language a text is in
- ``tokenizer``    the one tokenizer: texts into token ids
- ``lexicon``      what words are in other languages
- ``embedders``    texts into vectors

The files lie in ``static-multilingual/``; ``scripts/train_model.py`` writes them.
"""
