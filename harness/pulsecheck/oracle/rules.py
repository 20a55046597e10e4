"""The table of rules: documented facts that a timeline alone can contradict.

To add a rule:

1. Write a function in the module of its subject. It takes a `ProjectHistory`, and yields a
   `FactViolation` for each contradiction: the requirement, what was expected, what was seen, and
   the entries that prove it.
2. Add it to `RULES`.
3. Write tests in `tests/oracle`: timelines by hand (`recorded.py`), right and wrong. The right
   model in `tests/oracle/test_properties.py` must never be accused.

There are two kinds of rules. Most judge something that happened, as soon as it is on the timeline.
The others judge something that is missing, once it is too late for it to happen.

A rule must never accuse a right implementation. When in doubt, it says nothing:

- Pulses and the entries of servers come from two processes. A pulse may be on the timeline up to
  `history.tolerance` seconds before its cause.
- `history.executions` are all moments at which a node may have been executed. Use them to excuse.
  `history.certain_executions` are those at which it had to be. Use them to accuse.
- Something is missing only if `history.is_overdue(cause, connection)`: the patience has passed
  since its cause, and since the end of the last fault of the server. Name in `despite` the faults
  that cannot keep it back.
- If one event listener node pulses and another does not, the listeners differ (CFG-3, TBX-2).
  Only something that no listener announces is missing.
- `history.connections` leaves out connections of which nobody knows the server.

If several requirements fit, yield the one that says most about the mistake, once.
"""

from collections.abc import Callable, Iterator, Sequence

from pulsecheck.oracle.announcing import (
    on_start_announces_each_establishment,
    on_stop_announces_each_termination,
)
from pulsecheck.oracle.branches import nodes_pulse_for_a_reason, pulses_reach_the_next_node
from pulsecheck.oracle.closing import no_other_stop_ends_it, stop_ends_the_connection
from pulsecheck.oracle.delivery import (
    nothing_executes_after_unsubscribe,
    on_receive_executes_for_each_event,
)
from pulsecheck.oracle.errors import refusals_give_an_error, silence_gives_an_error
from pulsecheck.oracle.listeners import disabled_nodes_do_nothing, listeners_execute_alike
from pulsecheck.oracle.opening import (
    no_connection_opens_without_start,
    no_second_connection_opens,
    start_opens_the_connection,
)
from pulsecheck.oracle.project_history import ProjectHistory
from pulsecheck.oracle.receiving import on_receive_executes_for_events
from pulsecheck.oracle.scopes import row_of_scope
from pulsecheck.oracle.sending import (
    sends_arrive,
    sends_arrive_in_order,
    servers_receive_what_was_sent,
)
from pulsecheck.oracle.starting import (
    nothing_comes_back_after_stop,
    on_start_follows_an_establishment,
)
from pulsecheck.oracle.stopping import on_stop_follows_a_termination
from pulsecheck.oracle.violation import FactViolation
from pulsecheck.shared.timeline import Entry

Rule = Callable[[ProjectHistory], Iterator[FactViolation]]
RULES: tuple[Rule, ...] = (
    on_start_follows_an_establishment,
    on_stop_follows_a_termination,
    nothing_comes_back_after_stop,
    start_opens_the_connection,
    no_connection_opens_without_start,
    no_second_connection_opens,
    on_start_announces_each_establishment,
    stop_ends_the_connection,
    no_other_stop_ends_it,
    on_stop_announces_each_termination,
    listeners_execute_alike,
    disabled_nodes_do_nothing,
    nodes_pulse_for_a_reason,
    pulses_reach_the_next_node,
    servers_receive_what_was_sent,
    sends_arrive_in_order,
    sends_arrive,
    on_receive_executes_for_events,
    on_receive_executes_for_each_event,
    nothing_executes_after_unsubscribe,
    refusals_give_an_error,
    silence_gives_an_error,
)
TOLERANCE = 0.05
"""Seconds by which a report may be on the timeline before its cause."""


PATIENCE = 10.0
"""Seconds that a runtime may take for what it has to do."""


def violations(
    entries: Sequence[Entry],
    tolerance: float = TOLERANCE,
    patience: float = PATIENCE,
    end: float | None = None,
) -> tuple[FactViolation, ...]:
    """Return all violations on a timeline, in the order of the rules.

    `end`, in seconds, is the time up to which a timeline without a driver was recorded, by default
    that of its last entry. A driver's timeline is complete up to its last answered barrier.
    """
    history = ProjectHistory(entries, tolerance, patience, end)
    return tuple(row_of_scope(history, found) for rule in RULES for found in rule(history))
