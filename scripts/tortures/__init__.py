"""What scripts/torture does to rag, a module to each way.

tally      what is counted: tried, lost, wrong, crashed, let through
world      a folder of articles with a home of its own, and rag run in it in a process of its own
builds     the ways an index is built, before and after
shim       every call that changes files, told before it is made
kills      killed at every such call, and at random moments
faults     such calls that fail, and disks that are full
disk       a disk that has only what was synced: what a power cut leaves
powercut   the same, with the power cut at every call
flips      an index whose bytes are changed at random places
forged     the same, with every checksum made right again
links      an index that leads to files of whoever uses it
fuzz       random texts, days, questions, files
fuzz_files files of every format, whole and broken
readers    questions beside builds
hostile    what is no article, in a folder of articles
terminals  articles full of escapes, and what comes out
shells     completion of names that are shell code
stuffing   articles written for a question
"""
