"""Take the picture of the letter that the README shows, from a letter that helhet has written.

    python docs/make_picture.py helhet-out/skelleftea/brev.html docs/letter.png

Needs the test extras (playwright) and a Chromium: the system's, the one named in the environment variable CHROMIUM,
or playwright's own.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """The browser to use; None for playwright's own."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def picture(letter: Path, png: Path, width: int, height: int, dark: bool, selector: str = "") -> None:
    """Write the top of ``letter`` (or the element that ``selector`` finds) as seen in a window of the given size."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        page = browser.new_page(
            viewport={"width": width, "height": height},
            device_scale_factor=1.5,
            color_scheme="dark" if dark else "light",
        )
        page.goto(letter.resolve().as_uri())
        if selector:
            page.locator(selector).screenshot(path=png)
        else:
            page.screenshot(path=png)
        browser.close()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Take a picture of a letter.")
    parser.add_argument("letter", type=Path)
    parser.add_argument("png", type=Path)
    parser.add_argument("--width", type=int, default=820)
    parser.add_argument("--height", type=int, default=1180)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--element", default="", help="a CSS selector, such as '#homes'")
    chosen = parser.parse_args()
    picture(chosen.letter, chosen.png, chosen.width, chosen.height, chosen.dark, chosen.element)


if __name__ == "__main__":
    main()
