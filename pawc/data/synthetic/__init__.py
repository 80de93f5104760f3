"""The project's own generator of fuzzy functions: a seed -> any number of tasks, each example checked.

A *family* (`families/`) draws a function: words for what it does, inputs, a reference that gives the answer. A *form*
(`forms`) says how the answer is written, a *frame* (`wording`) how the specification is. `generator` joins the three.
"""
