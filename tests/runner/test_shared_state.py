import threading
from pathlib import Path

import pytest

from pulsecheck.runner.shared_state import SharedState, StoppedError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    shared_state = tmp_path / "shared_state"
    shared_state.touch()
    return shared_state


def test_a_process_reads_what_another_one_posts(path: Path) -> None:
    one, other = SharedState(path), SharedState(path)
    one.post_initialized({"name": "half a character: \ud800"})
    one.post_idle("gw0")
    other.update()
    assert other.initialized == {"name": "half a character: \ud800"}
    assert other.idle == {"gw0"}


def test_without_a_file_the_state_is_in_memory() -> None:
    shared_state = SharedState(None)
    shared_state.post_idle("")
    shared_state.wait_for_turn("", 1)
    assert shared_state.idle == {""}


def test_an_incomplete_line_is_read_when_it_is_complete(path: Path) -> None:
    shared_state = SharedState(path)
    path.write_bytes(b'{"idle": "gw')
    shared_state.update()
    assert not shared_state.idle
    path.write_bytes(b'{"idle": "gw0"}\n')
    shared_state.update()
    assert shared_state.idle == {"gw0"}


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
    assert not shared_state.is_stopped()
    SharedState(path).post_error("a worker ended", stop=True)
    with pytest.raises(StoppedError):
        shared_state.wait_for_turn("gw0", 2)
    assert shared_state.is_stopped()
    assert shared_state.error == "the driver exited"
