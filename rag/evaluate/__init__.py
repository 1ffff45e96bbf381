"""The measures of retrieval, answers and refusals."""
