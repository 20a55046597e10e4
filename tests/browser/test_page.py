"""The control page of `pulsecheck serve` in a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest

from deadlines import LONGEST_COMMAND
from serve_command import Serving, serving
from simple_client import simple_client

DEADLINE = 10.0
"""Timeout for an element on the page, in seconds."""
TOKEN = "given-by-the-environment"  # noqa: S105 - only for these tests
HOSTILE = '<img src=x onerror="document.title=1">'
CONTRAST = """
element => {
  const channels = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => {
    const [r, g, b] = channels(colour).slice(0, 3).map(value => {
      const part = value / 255;
      return part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4;
    });
    return .2126 * r + .7152 * g + .0722 * b;
  };
  let ground = element;
  while (channels(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
  const pair = [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor];
  const [low, high] = pair.map(light).sort((one, other) => one - other);
  return (high + .05) / (low + .05);
}
"""
"""A script that returns the contrast between an element's text and background (WCAG 2)."""


class ControlPage:
    """A control page in a browser. `complaints` has the page's errors and console messages."""

    def __init__(self, browser: Any, address: str, **settings: Any) -> None:
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page = browser.new_page(**settings)
        self.page.set_default_timeout(DEADLINE * 1000)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(address)

    def live(self) -> Any:
        """Wait until the page receives the server's timeline, then return the page."""
        self.page.locator("#live.on").wait_for()
        return self.page


@pytest.fixture
def server() -> Iterator[Serving]:
    with serving() as server:
        yield server


@pytest.fixture
def shown(browser: Any, server: Serving) -> Iterator[ControlPage]:
    shown = ControlPage(browser, server.page)
    yield shown
    assert shown.complaints == []
    assert all(url.startswith(server.page) for url in shown.asked)
    shown.page.close()


@pytest.fixture
def client(server: Serving) -> Iterator[Any]:
    with simple_client(server.url) as client:
        yield client


def test_connections_and_the_timeline_are_updated(server: Serving, shown: ControlPage) -> None:
    page = shown.live()
    assert page.get_by_text("No client has connected yet.").is_visible()
    assert page.get_by_text(server.url).is_visible()
    with simple_client(server.url) as client:
        page.locator("#connections").get_by_text("established").wait_for()
        client.emit("said", {"n": 1})
        page.get_by_text('connection=1 namespace=/ event=said arguments=[{"n":1}]').wait_for()
    page.locator("#connections").get_by_text("terminated").wait_for()


def test_each_kind_of_fault_has_a_button(server: Serving, shown: ControlPage) -> None:
    page = shown.live()
    kinds = server.get("/api/kinds")["kinds"]
    for kind in kinds:
        assert page.get_by_role("button", name=f"Add {kind['title']}", exact=True).is_visible()
    assert page.locator("#kinds form").count() == len(kinds)
    page.get_by_label("Find a fault").fill("only the server's FIN")
    assert page.locator("#kinds form:visible").count() == 1


def test_a_fault_can_be_added_and_released(server: Serving, shown: ControlPage) -> None:
    page = shown.live()
    page.get_by_label("times").fill("3")
    page.get_by_role("button", name="Add hold disconnects").click()
    page.get_by_text("added: hold disconnects").wait_for()
    page.get_by_role("button", name="Release hold disconnects 1").click()
    page.get_by_text("None. The server behaves correctly.").wait_for()
    assert server.get("/api/faults") == {"faults": []}
    page.locator("#timeline").get_by_text("fault ends").wait_for()


@pytest.mark.usefixtures("client")
def test_a_fault_can_have_parameters_and_a_scope(server: Serving, shown: ControlPage) -> None:
    page = shown.live()
    page.locator("#scope").select_option("namespace /")
    assert page.get_by_role("button", name="Add cut").is_disabled()
    refusal = page.locator("form", has=page.get_by_text("refuse connection", exact=True))
    refusal.get_by_label("message").fill("no")
    refusal.get_by_label("data").fill('{"code": 7}')
    refusal.get_by_role("button").click()
    page.get_by_text('message "no", data {"code":7}').wait_for()
    (placed,) = server.get("/api/faults")["faults"]
    assert placed["scope"] == "namespace /"
    assert placed["fault"]["data"] == {"code": 7}
    page.locator("#scope").select_option("connection 1")
    cut = page.locator("form", has=page.get_by_text("cut", exact=True))
    cut.get_by_label("how").select_option("RST")
    cut.get_by_role("button").click()
    page.locator("#timeline").get_by_text("by=server how=RST").wait_for()


def test_an_error_response_is_shown(shown: ControlPage) -> None:
    page = shown.live()
    refusal = page.locator("form", has=page.get_by_text("answer HTTP", exact=True))
    refusal.get_by_label("status").fill("1.5")
    refusal.get_by_role("button").click()
    assert page.evaluate("document.querySelector('[name=status]').validity.stepMismatch")
    page.locator("#emit").get_by_label("event").fill("news")
    page.locator("#emit").get_by_label("in").fill("nowhere")
    page.get_by_role("button", name="Emit").click()
    page.locator("#message.bad").get_by_text("Expected `str` matching regex '^/'").wait_for()
    shown.complaints.clear()  # the browser logs the error response


def test_an_event_can_be_emitted(shown: ControlPage, client: Any) -> None:
    page = shown.live()
    page.locator("#emit").get_by_label("event").fill("news")
    page.locator("#emit").get_by_label("arguments").fill('["text", 1]')
    page.get_by_role("button", name="Emit").click()
    assert client.receive(timeout=LONGEST_COMMAND) == ["news", "text", 1]


def test_what_clients_send_is_shown_as_text(shown: ControlPage, client: Any) -> None:
    page = shown.live()
    client.emit(HOSTILE, HOSTILE)
    page.locator("#timeline tr:not(.packet)").get_by_text("<img src=x").wait_for()
    page.locator("#emit").get_by_label("event").fill(HOSTILE)
    page.get_by_role("button", name="Emit").click()
    page.get_by_text(f"emitted: {HOSTILE}").wait_for()
    assert page.locator("img").count() == 0
    assert page.title() == "Mock Socket.IO server"


@pytest.mark.usefixtures("client")
def test_packets_can_be_shown(shown: ControlPage) -> None:
    page = shown.live()
    page.locator("#timeline").get_by_text("namespace established").wait_for()
    packet = page.locator("#timeline").get_by_text("packet received").first
    assert packet.is_hidden()
    page.get_by_label("packets").check()
    assert packet.is_visible()


def test_the_page_can_be_used_with_the_keyboard(shown: ControlPage) -> None:
    page = shown.live()
    page.get_by_label("Find a fault").focus()
    page.keyboard.type("hold disconnects")
    for _ in range(4):  # skip the fields of the scope and the limits
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.ariaLabel") == "Add hold disconnects"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.get_by_text("added: hold disconnects").wait_for()


@pytest.mark.usefixtures("client")
def test_a_reset_empties_the_timeline(shown: ControlPage) -> None:
    page = shown.live()
    page.locator("#timeline").get_by_text("namespace established").wait_for()
    page.get_by_role("button", name="Reset").click()
    page.get_by_text("reset", exact=True).wait_for()
    assert page.locator("#timeline").get_by_text("namespace established").count() == 0


def test_a_stopped_server_is_reported(server: Serving, browser: Any) -> None:
    shown = ControlPage(browser, server.page)
    page = shown.live()
    server.end()
    page.get_by_text("no connection to the server; retrying").wait_for()
    page.close()


def test_the_token_is_read_from_the_fragment(browser: Any) -> None:
    with serving(PULSECHECK_CONTROL_TOKEN=TOKEN) as server:
        address = server.page.partition("#")[0]
        right = ControlPage(browser, f"{address}#token={TOKEN}")
        right.live()
        assert right.complaints == []
        assert not any(TOKEN in url for url in right.asked)
        right.page.close()
        wrong = ControlPage(browser, f"{address}?token={TOKEN}")
        wrong.page.get_by_text("expected the header Authorization: Bearer").wait_for()
        assert not wrong.page.locator("#live.on").count()
        wrong.page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.usefixtures("client")
def test_the_page_is_readable_in_both_colour_schemes_and_on_a_phone(
    server: Serving, browser: Any, scheme: str, width: int
) -> None:
    shown = ControlPage(
        browser, server.page, color_scheme=scheme, viewport={"width": width, "height": 844}
    )
    page = shown.live()
    page.get_by_role("button", name="Add never answer").click()
    page.locator("#timeline tr.fault").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for selector in ("h1", "#kinds p", "#kinds button", ".active p", "tr.fault .what", ".good"):
        assert page.locator(selector).first.evaluate(CONTRAST) >= 4.5, selector
    page.close()
