from pathlib import Path

import pytest

from command_line import CATALOGUE, FEATURE, CommandLine


@pytest.fixture
def pulsecheck(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandLine:
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "requirements.toml").write_text(CATALOGUE)
    (tmp_path / "stop.feature").write_text(FEATURE)
    return CommandLine(monkeypatch, tmp_path)
