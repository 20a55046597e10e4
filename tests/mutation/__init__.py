"""Automatic mutation of the reference runtime, judged by the features alone: `tox -e mutation`.

Each mutant is the reference with one small change. A mutant survives if no scenario fails. It then
shows a gap in the features, or has no effect, or chooses freely where the documentation says
nothing. `survivors.toml` gives the reason for each survivor.

- `operators.py`: the kinds of changes
- `mutations.py`: every change of a file, without duplicates and without changes of no effect
- `judge.py`: runs the features on one mutant in its own process, up to the first failure
- `survivors.py`: reads the reasons for the survivors
- `__main__.py`: the workers, the two passes, and the summary
"""
