"""The peers, each a program that answers the table's requests; those that clash with us have environments of their own.

Nothing here but `install` imports anything of ours: these files run under other packages' Python.
"""
