"""SIGINT interrupts an interruptible block only once, is not lost, and does not disturb cleanup."""

import signal

import pytest

from pulsecheck.runner.interrupts import Interrupts

pytestmark = pytest.mark.usefixtures("interruptible")


def interrupt() -> None:
    signal.raise_signal(signal.SIGINT)


def test_an_interruptible_block_is_interrupted_once() -> None:
    interrupts, ran = Interrupts(), []

    def run() -> None:
        with interrupts.interruptible():
            try:
                interrupt()
            finally:
                interrupt()
                ran.append("cleanup")

    with interrupts.installed():
        with pytest.raises(KeyboardInterrupt):
            run()
        interrupt()
        ran.append("reports")
    assert ran == ["cleanup", "reports"]
    assert interrupts.received


def test_an_interrupt_before_the_block_is_raised_when_it_begins() -> None:
    interrupts = Interrupts()
    with interrupts.installed():
        interrupt()
        with pytest.raises(KeyboardInterrupt), interrupts.interruptible():
            pytest.fail("it ran")


def test_a_swallowed_interrupt_can_be_raised_again() -> None:
    interrupts = Interrupts()
    with interrupts.installed(), interrupts.interruptible():
        interrupts.raise_if_received()
        with pytest.raises(KeyboardInterrupt):
            interrupt()
        with pytest.raises(KeyboardInterrupt):
            interrupts.raise_if_received()


def test_an_interrupt_after_the_block_is_only_noted() -> None:
    interrupts = Interrupts()
    with interrupts.installed():
        with interrupts.interruptible():
            pass
        interrupt()
    assert interrupts.received


def test_without_an_interrupt_the_previous_handler_is_restored() -> None:
    with Interrupts().installed():
        pass
    with pytest.raises(KeyboardInterrupt):
        interrupt()


def test_after_an_interrupt_sigint_is_ignored() -> None:
    with Interrupts().installed():
        interrupt()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_an_ignored_sigint_stays_ignored() -> None:
    interrupts = Interrupts()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with interrupts.installed(), interrupts.interruptible():
        interrupt()
    assert not interrupts.received
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
