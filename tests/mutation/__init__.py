"""Automatic mutation of the reference runtime, judged by the features alone: `tox -e mutation`.

Each mutant is the reference with one small change that a machine made. What no scenario notices is
a behaviour that the features do not show, a change without an effect, or an answer to what the
documentation leaves open; `survivors.toml` says which, for every one of them.

- `operators.py`: what is changed
- `mutations.py`: every change of a file, each once, and none that cannot matter
- `judge.py`: one mutant against the features, in a process of its own, up to the first red scenario
- `survivors.py`: the reasons for those that survive
- `__main__.py`: some workers, two passes, and the sum
"""
