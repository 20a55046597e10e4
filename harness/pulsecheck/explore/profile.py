"""Make the profile for sequences from the answer of an implementation to `initialize`."""

from pulsecheck.driver.profile import TRANSPORT_NAMES, declared
from pulsecheck.driver.protocol import NODE_TYPES, Ability, Initialized
from pulsecheck.explore.planning import Profile


def profile_of(initialized: Initialized) -> Profile:
    """Return the profile for sequences of an implementation that answered `initialize`."""
    names = declared(initialized)
    return Profile(
        nodes=frozenset(NODE_TYPES) & names,
        transports=tuple(name for use, name in TRANSPORT_NAMES.items() if use in names),
        has_links=Ability.LINKING in names,
        has_pass_through=Ability.PULSE_PASS_THROUGH in names,
    )
