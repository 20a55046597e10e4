"""A page in the browser, with the page's errors and a check of the page's contrast."""

from pathlib import Path
from typing import Any

from deadlines import DEADLINE

LOW_CONTRAST = """
() => {
  const channels = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => {
    const [r, g, b] = channels(colour).slice(0, 3).map(value => {
      const part = value / 255;
      return part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4;
    });
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const contrast = element => {
    let ground = element;
    while (ground.parentElement && channels(getComputedStyle(ground).backgroundColor)[3] === 0) {
      ground = ground.parentElement;
    }
    const style = getComputedStyle(element);
    const ink = element.namespaceURI.endsWith("svg") ? style.fill : style.color;
    const pair = [ink, getComputedStyle(ground).backgroundColor];
    const [low, high] = pair.map(light).sort((one, other) => one - other);
    return (high + .05) / (low + .05);
  };
  return [...document.querySelectorAll("body *")]
    .filter(element =>
      [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .filter(element => element.checkVisibility() && contrast(element) < 4.5)
    .map(element => `${element.tagName} ${element.textContent.trim().slice(0, 30)}`);
}
"""
"""A script that returns the elements with text whose contrast is below WCAG 2 AA."""


class BrowserPage:
    """An open page. `complaints`: errors and console messages. `asked`: the requested URLs."""

    def __init__(self, browser: Any, file: Path, **settings: Any) -> None:
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.context = browser.new_context(**settings)
        self.page = self.context.new_page()
        self.page.set_default_timeout(DEADLINE * 1000)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())

    def shown(self) -> list[str]:
        """Return the ids of the visible requirements."""
        found: list[str] = self.page.locator(".requirement:visible").evaluate_all(
            "all => all.map(each => each.id)"
        )
        return found
