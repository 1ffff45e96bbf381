"""A language model that writes from the passages: asked only when it is named, and never believed.

Other rooms import these modules; nothing is imported here, so that answers in quotations pay for
none of it. In the order in which an answer meets them:

- ``specs``      which model is meant: a server and a name, or a file
- ``keys``       the key that a server wants
- ``models``     what every model can do, and which one a spec opens
- ``prompt``     question and passages as the model reads them
- ``bounded``    what a server sends, ended in time and before it fills the memory
- ``events``     the stream of a server, as texts
- ``client``     a model on a server of OpenAI's shape
- ``gguf``       a model in a file, in this process
- ``thoughts``   what a model thinks aloud, left out
- ``follow_ups``  a question that depends on those before it, as a model would ask it alone
- ``citing``     the model's text as it comes, its markers turned into numbers
- ``sentences``  the same, cut into sentences with their citations
"""
