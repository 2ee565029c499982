"""What the model is told: one shared beginning, and a question per kind of step.

The words are in the ``*.md`` files of this folder, shown in docs/prompts.md as rendered for an
example; the modules only fill them in. Everything is the same text for the same input.
"""
