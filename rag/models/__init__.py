"""The files that ship with rag, and the code that reads them; other rooms import these modules, nothing is imported here.

- ``tensors``    memory-mapped model files
- ``tokenizer``  the one tokenizer, which also tells the language
- ``lexicon``    what words are in other languages
- ``embedders``  texts into vectors
"""
