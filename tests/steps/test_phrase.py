from pulsecheck.steps.phrase import phrase


def test_a_quoted_text_becomes_an_argument() -> None:
    parser = phrase("{node} receives a pulse")
    assert parser.parse_arguments('"Socket.IO Stop" receives a pulse') == {"node": "Socket.IO Stop"}


def test_a_quoted_text_ends_at_its_quote() -> None:
    assert not phrase("{node} pulses").is_matching('"A" pulses before "B" pulses')


def test_a_sentence_must_match_to_its_end() -> None:
    assert not phrase("{node} pulses").is_matching('"A" pulses once')


def test_the_server_stands_for_the_first_one() -> None:
    parser = phrase("the server holds disconnects")
    assert parser.parse_arguments("the server holds disconnects") == {"server": None}


def test_the_server_of_a_connection_can_be_named() -> None:
    parser = phrase("the server holds disconnects")
    assert parser.parse_arguments('the server of "other" holds disconnects') == {"server": "other"}


def test_what_looks_like_a_pattern_is_meant_literally() -> None:
    assert not phrase("a.b").is_matching("axb")


def test_several_servers_are_none_of_a_connection() -> None:
    parser = phrase("one of the servers of {one} and {other} is reached")
    assert parser.parse_arguments('one of the servers of "a" and "b" is reached') == {
        "one": "a",
        "other": "b",
    }
