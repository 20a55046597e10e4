"""The command that repeats a check, as reports print it."""

from pulsecheck import DISTRIBUTION
from pulsecheck.driver.spec import LOOPBACK
from pulsecheck.runner.plugin import REFERENCE
from pulsecheck.runner.run import Options
from pulsecheck.shared.timeouts import Timeouts
from pulsecheck.suite import feature_files

DEFAULT = Timeouts()


def rerun_command(options: Options) -> tuple[str, ...]:
    """Return the words of the command that repeats a check. Leave out options with default values.

    The command names environment variables without their values, because users share reports and a
    value may be secret.
    """
    settings = {
        "--implementation": (options.implementation, REFERENCE),
        "--server-host": (options.server_host, LOOPBACK),
        "--advertise-host": (options.advertise_host, None),
        "--features": (options.features, feature_files.default_features()),
        "--patience": (options.timeouts.patience, DEFAULT.patience),
        "--dwell": (options.timeouts.dwell, DEFAULT.dwell),
    }
    words = [
        word
        for name, (value, default) in settings.items()
        if value != default
        for word in (name, str(value))
    ]
    words += [word for given in options.env for word in ("--env", given.partition("=")[0])]
    return (DISTRIBUTION, "check", *words)
