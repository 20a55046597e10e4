"""Ctrl-C ends what may be ended, once; it is never lost, and disturbs nothing else."""

import signal

import pytest

from pulsecheck.runner.interrupts import Interrupts

pytestmark = pytest.mark.usefixtures("interruptible")


def interrupt() -> None:
    signal.raise_signal(signal.SIGINT)


def test_what_may_be_ended_is_ended_once() -> None:
    interrupts, ran = Interrupts(), []

    def run() -> None:
        with interrupts.may_end():
            try:
                interrupt()
            finally:
                interrupt()
                ran.append("winding up")

    with interrupts.held():
        with pytest.raises(KeyboardInterrupt):
            run()
        interrupt()
        ran.append("reports")
    assert ran == ["winding up", "reports"]
    assert interrupts.came


def test_one_that_comes_too_early_ends_at_once_what_may_be_ended() -> None:
    interrupts = Interrupts()
    with interrupts.held():
        interrupt()
        with pytest.raises(KeyboardInterrupt), interrupts.may_end():
            pytest.fail("it ran")


def test_one_that_was_swallowed_is_not_lost() -> None:
    interrupts = Interrupts()
    with interrupts.held(), interrupts.may_end():
        interrupts.look()
        with pytest.raises(KeyboardInterrupt):
            interrupt()
        with pytest.raises(KeyboardInterrupt):
            interrupts.look()


def test_what_may_be_ended_leaves_nothing_to_raise() -> None:
    interrupts = Interrupts()
    with interrupts.held():
        with interrupts.may_end():
            pass
        interrupt()
    assert interrupts.came


def test_without_one_all_is_as_before() -> None:
    with Interrupts().held():
        pass
    with pytest.raises(KeyboardInterrupt):
        interrupt()


def test_after_one_the_process_exits_in_peace() -> None:
    with Interrupts().held():
        interrupt()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_who_ignores_it_goes_on_ignoring_it() -> None:
    interrupts = Interrupts()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with interrupts.held(), interrupts.may_end():
        interrupt()
    assert not interrupts.came
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
