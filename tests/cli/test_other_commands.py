from command_line import Captured, CommandLine, printed


def test_list_shows_requirements_with_their_scenarios(
    pulsecheck: CommandLine, capsys: Captured
) -> None:
    assert pulsecheck("list") == 0
    lines = printed(capsys)
    assert lines[2] == "STO-5  must   On Stop waits."
    assert lines[4] == "              - On Stop waits"


def test_list_reports_an_unreadable_catalogue(pulsecheck: CommandLine, capsys: Captured) -> None:
    place = pulsecheck.features / "requirements.toml"
    place.unlink()
    assert pulsecheck("list") == 2
    assert capsys.readouterr().err == (
        f"Error: {place}: cannot be read: No such file or directory\n"
        "  Name a folder with a readable requirements.toml.\n"
    )


def test_list_reports_an_invalid_feature_file(pulsecheck: CommandLine, capsys: Captured) -> None:
    (pulsecheck.features / "stop.feature").write_text("Nonsense\n")
    assert pulsecheck("list") == 2
    assert f"Error: {pulsecheck.features}/stop.feature: is not Gherkin" in capsys.readouterr().err


def test_version_prints_the_version(pulsecheck: CommandLine, capsys: Captured) -> None:
    assert pulsecheck("--version") == 0
    assert capsys.readouterr().out.startswith("pulsecheck, version ")


def test_help_explains_the_exit_codes(pulsecheck: CommandLine, capsys: Captured) -> None:
    assert pulsecheck("check", "--help") == 0
    assert "2 the harness or the driver failed" in " ".join(capsys.readouterr().out.split())
