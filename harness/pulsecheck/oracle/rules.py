"""The table of rules: documented facts that a timeline alone can contradict.

To add a rule:

1. Write a function in the module of its subject, or in a new module if no module has the subject.
   The function takes a `ProjectHistory`. For each contradiction, it yields a `FactViolation`, which
   `fact` in `violation.py` makes of the requirement, the expected and the seen behaviour, and the
   entries that prove the contradiction.
2. Add the function to `RULES`. Violations are returned in the order of this table.
3. If a node with a pulse input breaks the requirement by doing nothing, add the requirement and the
   type of the node to `TYPES` in `scopes.py`.
4. If the rule compares pulses into a node with pulses out of the node, add the requirement to
   `BOTH_SIDES` in `completeness.py`, because a recording may contain only one of the two.
5. Write tests in `tests/oracle` with right and wrong timelines, which you build with
   `tests/support/recorded.py`. `tests/oracle/test_properties.py` checks that no rule accuses a
   right runtime. If `tests/support/right_runtime.py`, the model of this runtime, does not produce
   the events of your rule, add them there. Then make your rule wrong once, and check that the
   property test fails.

There are two kinds of rules. Most rules judge an event as soon as it is on the timeline. The other
rules report an event that is still missing when the time for it has passed.

A rule must never accuse a right implementation. When in doubt, the rule yields nothing:

- Pulses and the entries of servers come from two processes, so a pulse may be on the timeline up to
  `history.tolerance` seconds before its cause. Pulses and requests come from one process, in order.
- `history.executions` are all moments at which a node may have been executed. If there are none,
  nothing caused the event. `history.certain_executions` are the moments at which a node certainly
  had to be executed. If there is one, its consequences must follow.
- An event is missing only if `history.is_overdue(cause, connection)` is true. It is true if the
  patience has passed since the cause of the event, and since the end of the server's last fault.
  Pass the names of faults that cannot delay the event as `despite`.
- If one event listener node pulses and another does not, the listeners differ (CFG-3, TBX-2).
  An announcement is missing only if no listener pulses for it.
- `history.connections` leaves out connections whose server is unknown, or is also the server of
  another connection.

If several requirements fit, yield one violation, of the requirement that describes the mistake
best. An event that another connection caused breaks CFG-3. A pulse that nothing caused breaks NOD-9
unless the node has a requirement of its own about this.
"""

from collections.abc import Callable, Iterator, Sequence

from pulsecheck.oracle.announcing import (
    on_start_announces_each_establishment,
    on_stop_announces_each_termination,
)
from pulsecheck.oracle.branches import nodes_pulse_for_a_reason, pulses_reach_the_next_node
from pulsecheck.oracle.closing import (
    no_other_stop_ends_it,
    stop_ends_a_connection_of_its_server,
    stop_ends_the_connection,
)
from pulsecheck.oracle.delivery import (
    nothing_executes_after_unsubscribe,
    on_receive_executes_for_each_event,
)
from pulsecheck.oracle.errors import refusals_give_an_error, silence_gives_an_error
from pulsecheck.oracle.listeners import disabled_nodes_do_nothing, listeners_execute_alike
from pulsecheck.oracle.opening import (
    no_connection_opens_without_start,
    no_second_connection_opens,
    start_opens_a_connection_of_its_server,
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
from pulsecheck.oracle.subscribing import (
    announcements_follow_a_change,
    subscriptions_are_announced,
)
from pulsecheck.oracle.violation import FactViolation
from pulsecheck.shared.timeline import Entry

Rule = Callable[[ProjectHistory], Iterator[FactViolation]]
RULES: tuple[Rule, ...] = (
    on_start_follows_an_establishment,
    on_stop_follows_a_termination,
    nothing_comes_back_after_stop,
    start_opens_the_connection,
    start_opens_a_connection_of_its_server,
    no_connection_opens_without_start,
    no_second_connection_opens,
    on_start_announces_each_establishment,
    stop_ends_the_connection,
    stop_ends_a_connection_of_its_server,
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
    announcements_follow_a_change,
    subscriptions_are_announced,
    refusals_give_an_error,
    silence_gives_an_error,
)
TOLERANCE = 0.05
"""How many seconds a report may be on the timeline before its cause."""


PATIENCE = 10.0
"""How many seconds an expected event may take."""


def violations(
    entries: Sequence[Entry],
    tolerance: float = TOLERANCE,
    patience: float = PATIENCE,
    end: float | None = None,
    idle: float = 0.0,
) -> tuple[FactViolation, ...]:
    """Return all violations on a timeline, in the order of the rules.

    `end`: the time, in seconds, up to which a timeline without a driver was recorded. The default
    is the time of the last entry. A timeline with barriers is complete up to the last barrier that
    was answered, so `end` is not used. `idle`: judge as if the timeline went on for so many seconds
    without a further entry.
    """
    history = ProjectHistory(entries, tolerance, patience, end, idle)
    found = [each for rule in RULES for each in rule(history)]
    of_scope = [row_of_scope(history, each) for each in found]
    # If nodes of the scope Project violate a requirement too, the scopes do not differ.
    plain = {each.requirement for each in found if each in of_scope}
    return tuple(
        each if each.requirement in plain else other
        for each, other in zip(found, of_scope, strict=True)
    )
