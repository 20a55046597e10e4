from pulsecheck.steps.phrase import phrase


def test_a_quoted_text_becomes_an_argument() -> None:
    parser = phrase("{node} receives a pulse")
    assert parser.parse_arguments('"Socket.IO Stop" receives a pulse') == {"node": "Socket.IO Stop"}


def test_a_quoted_text_ends_at_its_quotation_mark() -> None:
    assert not phrase("{node} pulses").is_matching('"A" pulses before "B" pulses')


def test_a_sentence_must_match_completely() -> None:
    assert not phrase("{node} pulses").is_matching('"A" pulses once')


def test_the_server_without_a_name_is_none() -> None:
    parser = phrase("the server holds disconnects")
    assert parser.parse_arguments("the server holds disconnects") == {"server": None}


def test_the_server_of_a_connection_can_be_named() -> None:
    parser = phrase("the server holds disconnects")
    assert parser.parse_arguments('the server of "other" holds disconnects') == {"server": "other"}


def test_regular_expressions_are_escaped() -> None:
    assert not phrase("a.b").is_matching("axb")


def test_the_servers_is_not_the_server() -> None:
    parser = phrase("one of the servers of {one} and {other} is reached")
    assert parser.parse_arguments('one of the servers of "a" and "b" is reached') == {
        "one": "a",
        "other": "b",
    }
