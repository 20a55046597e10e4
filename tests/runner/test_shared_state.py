import threading
from pathlib import Path

import pytest

from pulsecheck.runner.shared_state import SharedState, StoppedError


def nothing() -> None:
    pass


@pytest.fixture
def path(tmp_path: Path) -> Path:
    shared_state = tmp_path / "shared_state"
    shared_state.touch()
    return shared_state


def test_a_process_reads_what_another_one_posts(path: Path) -> None:
    one, other = SharedState(path), SharedState(path)
    one.post_initialized({"name": "half a character: \ud800"})
    one.post_end("waits", failed=True)
    one.post_end("starts", failed=False)
    other.update()
    assert other.initialized == {"name": "half a character: \ud800"}
    assert (other.ended, other.failed) == ({"waits", "starts"}, {"waits"})


def test_without_a_file_the_state_is_in_memory() -> None:
    shared_state = SharedState(None)
    shared_state.post_end("waits", failed=False)
    shared_state.wait_for_ends({"waits"}, nothing)
    shared_state.post_idle("")
    shared_state.wait_for_turn("", 1)
    assert shared_state.idle == {""}


def test_an_incomplete_line_is_read_when_it_is_complete(path: Path) -> None:
    shared_state = SharedState(path)
    path.write_bytes(b'{"ended": "wai')
    shared_state.update()
    assert not shared_state.ended
    path.write_bytes(b'{"ended": "waits"}\n')
    shared_state.update()
    assert shared_state.ended == {"waits"}


def test_waiting_for_a_scenario_returns_when_it_has_ended(path: Path) -> None:
    waiting = SharedState(path)
    thread = threading.Thread(target=waiting.wait_for_ends, args=({"waits"}, nothing))
    thread.start()
    SharedState(path).post_end("starts", failed=False)
    assert thread.is_alive()
    SharedState(path).post_end("waits", failed=False)
    thread.join(10)
    assert waiting.ended == {"starts", "waits"}


def test_the_process_that_waits_may_end_the_scenario_itself(path: Path) -> None:
    shared_state = SharedState(path)
    shared_state.wait_for_ends({"waits"}, lambda: shared_state.post_end("waits", failed=True))
    assert shared_state.failed == {"waits"}


def test_workers_take_turns_once_all_are_idle(path: Path) -> None:
    shared_state = SharedState(path)
    first, second = (
        threading.Thread(target=SharedState(path).wait_for_turn, args=(name, 2))
        for name in ("gw0", "gw1")
    )
    first.start()
    second.start()
    shared_state.post_idle("gw0")
    assert first.is_alive()
    shared_state.post_idle("gw1")
    first.join(10)
    assert second.is_alive()
    shared_state.post_done("gw0")
    second.join(10)
    assert not first.is_alive()
    assert not second.is_alive()


def test_waiting_raises_after_the_run_was_stopped(path: Path) -> None:
    SharedState(path).post_error("the driver exited", stop=False)
    shared_state = SharedState(path)
    shared_state.wait_for_ends(frozenset(), nothing)
    SharedState(path).post_error("a worker ended", stop=True)
    with pytest.raises(StoppedError):
        shared_state.wait_for_ends(frozenset(), nothing)
    assert shared_state.error == "the driver exited"
