import threading
from pathlib import Path

import pytest

from harness.plugin.board import Board, StoppedError


def nothing() -> None:
    pass


@pytest.fixture
def path(tmp_path: Path) -> Path:
    board = tmp_path / "board"
    board.touch()
    return board


def test_what_one_writes_others_read(path: Path) -> None:
    one, other = Board(path), Board(path)
    one.post_initialized({"name": "half a character: \ud800"})
    one.post_end("waits", failed=True)
    one.post_end("starts", failed=False)
    other.look()
    assert other.initialized == {"name": "half a character: \ud800"}
    assert (other.ended, other.failed) == ({"waits", "starts"}, {"waits"})


def test_without_a_file_it_tells_itself() -> None:
    board = Board(None)
    board.post_end("waits", failed=False)
    board.wait_for_ends({"waits"}, nothing)
    board.post_idle("")
    board.wait_for_turn("", 1)
    assert board.idle == {""}


def test_half_a_line_is_read_when_it_is_whole(path: Path) -> None:
    board = Board(path)
    path.write_bytes(b'{"ended": "wai')
    board.look()
    assert not board.ended
    path.write_bytes(b'{"ended": "waits"}\n')
    board.look()
    assert board.ended == {"waits"}


def test_a_scenario_is_waited_for_until_it_has_ended(path: Path) -> None:
    waiting = Board(path)
    thread = threading.Thread(target=waiting.wait_for_ends, args=({"waits"}, nothing))
    thread.start()
    Board(path).post_end("starts", failed=False)
    assert thread.is_alive()
    Board(path).post_end("waits", failed=False)
    thread.join(10)
    assert waiting.ended == {"starts", "waits"}


def test_whoever_waits_may_bring_the_end_about(path: Path) -> None:
    board = Board(path)
    board.wait_for_ends({"waits"}, lambda: board.post_end("waits", failed=True))
    assert board.failed == {"waits"}


def test_workers_take_turns_once_all_are_idle(path: Path) -> None:
    board = Board(path)
    first, second = (
        threading.Thread(target=Board(path).wait_for_turn, args=(name, 2))
        for name in ("gw0", "gw1")
    )
    first.start()
    second.start()
    board.post_idle("gw0")
    assert first.is_alive()
    board.post_idle("gw1")
    first.join(10)
    assert second.is_alive()
    board.post_done("gw0")
    second.join(10)
    assert not first.is_alive()
    assert not second.is_alive()


def test_nobody_waits_any_more_when_the_run_is_over(path: Path) -> None:
    Board(path).post_error("the driver exited", stop=False)
    board = Board(path)
    board.wait_for_ends(frozenset(), nothing)
    Board(path).post_error("a worker ended", stop=True)
    with pytest.raises(StoppedError):
        board.wait_for_ends(frozenset(), nothing)
    assert board.error == "the driver exited"
