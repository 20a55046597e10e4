"""Automatic mutation of the reference runtime, judged by the features alone: `tox -e mutation`.

Each mutant is the reference with one small change. A mutant survives if no scenario fails. There
are three reasons to survive: the features have a gap, the change has no effect, or the
documentation says nothing about the changed behaviour. `survivors.toml` gives the reason for each
survivor.

- `operators.py`: the kinds of changes
- `mutations.py`: every change of a file, without duplicates and without changes that have no effect
- `judge.py`: runs the features on one mutant in its own process, up to the first failure
- `survivors.py`: reads the reasons for the survivors
- `__main__.py`: the workers, the two passes, and the summary
"""
