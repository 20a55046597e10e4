"""The table of rules: documented facts that a timeline alone can contradict.

To add a rule, write a function that takes the history of a project and the tolerance in seconds
and yields a `FactViolation` for each contradiction. Then add it to `RULES`. A rule must never
accuse a right implementation: it judges only what the documentation states, and it allows for the
tolerance, because pulses and server entries come from two processes.
"""

from collections.abc import Callable, Iterator, Sequence

from pulsecheck.oracle.listeners import disabled_nodes_do_nothing, listeners_execute_alike
from pulsecheck.oracle.project_history import ProjectHistory
from pulsecheck.oracle.receiving import on_receive_executes_for_events
from pulsecheck.oracle.sending import sends_arrive_in_order, servers_receive_what_was_sent
from pulsecheck.oracle.starting import (
    nothing_comes_back_after_stop,
    on_start_follows_an_establishment,
)
from pulsecheck.oracle.stopping import on_stop_follows_a_termination
from pulsecheck.oracle.violation import FactViolation
from pulsecheck.shared.timeline import Entry

Rule = Callable[[ProjectHistory, float], Iterator[FactViolation]]
RULES: tuple[Rule, ...] = (
    on_start_follows_an_establishment,
    on_stop_follows_a_termination,
    nothing_comes_back_after_stop,
    listeners_execute_alike,
    disabled_nodes_do_nothing,
    servers_receive_what_was_sent,
    sends_arrive_in_order,
    on_receive_executes_for_events,
)
TOLERANCE = 0.05
"""Seconds by which a report may be on the timeline before its cause."""


def violations(entries: Sequence[Entry], tolerance: float = TOLERANCE) -> tuple[FactViolation, ...]:
    """Return all violations on a timeline, in the order of the rules."""
    history = ProjectHistory(entries)
    return tuple(found for rule in RULES for found in rule(history, tolerance))
