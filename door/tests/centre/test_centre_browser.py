"""The staff page in a real browser: nothing for axe to find, few clicks, the keyboard alone, and a phone."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from centre_life import heard, live, served
from centre_town import CARD, PASSWORD, Town
from playwright.sync_api import Browser, Page, sync_playwright

pytestmark = pytest.mark.browser

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHOTS = os.environ.get("DOOR_SHOTS", "")
PAGES = {
    "sven": (
        "/",
        "/branch/kage/",
        "/branch/ursviken/exception",
        "/members/",
        "/members/versions",
        "/staff-cards/",
        "/staff-cards/new",
        "/statistics/?branch=ursviken",
        "/openings/",
        "/openings/passages?branch=ursviken",
        "/users/",
        "/password",
    ),
    "agda": ("/", "/log/", "/log/retention", "/openings/"),
}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, made_centre: Path) -> Town:
    """A town in which things have happened."""
    from centre_clock import clock

    town = Town(tmp_path_factory.mktemp("lived") / "centre", clock(), made_centre)
    live(town)
    return town


@pytest.fixture(scope="module")
def base(lived: Town) -> Iterator[str]:
    with served(lived.app) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


def enter(browser: Browser, base: str, name: str, language: str = "en", width: int = 1100, **more: object) -> Page:
    """A window in which ``name`` has logged in, and reads ``language``."""
    page = browser.new_context(viewport={"width": width, "height": 800}, **more).new_page()  # type: ignore[arg-type]
    page.goto(f"{base}/login")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/")
    if page.locator(f"button[value={language}]").count():
        page.click(f"button[value={language}]")
    assert page.locator("html").get_attribute("lang") == language
    return page


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def violations(page: Page) -> str:
    found = Axe().run(page)
    return found.generate_report() if found.violations_count else ""


@pytest.mark.parametrize(("language", "colours", "wide"), [("sv", "light", 360), ("en", "dark", 1100)])
def test_axe_finds_nothing_on_any_page(
    browser: Browser, base: str, lived: Town, language: str, colours: str, wide: int
) -> None:
    for name, paths in PAGES.items():
        page = enter(browser, base, name, language, wide, color_scheme=colours)
        for path in paths:
            heard(lived)
            page.goto(base + path)
            assert violations(page) == "", path
            called = path.split("?")[0].strip("/").replace("/", "_") or "overview"
            shoot(page, f"{name}_{called}_{language}_{colours}")
        page.context.close()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_axe_finds_nothing_on_pages_that_are_come_to_on_the_way(browser: Browser, base: str, language: str) -> None:
    page = browser.new_page()
    page.goto(f"{base}/login")
    if page.locator(f"button[value={language}]").count():
        page.click(f"button[value={language}]")
    page.click("main button")
    page.locator(".wrong").wait_for()
    assert violations(page) == ""
    page.close()
    page = enter(browser, base, "sven", language)
    page.goto(f"{base}/members/")
    page.locator("#card:focus").wait_for()
    page.keyboard.type(CARD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/members/.+"))
    assert violations(page) == ""
    shoot(page, f"member_{language}")
    assert CARD not in page.content()
    assert CARD not in page.url
    page.locator("form:has(#s-last) button").click()
    page.locator("#s-last-error").wait_for()
    assert violations(page) == ""
    page.goto(f"{base}/nowhere")
    assert violations(page) == ""
    page.goto(f"{base}/openings/passages?branch=ursviken")
    page.locator("a:text-matches('Open|Öppna')").first.click()
    page.wait_for_url("**/ask")
    assert violations(page) == ""
    shoot(page, f"ask_{language}")
    page.context.close()


def test_axe_would_find_something(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html><body><img src='data:,'><p style='color:#ccc;background:#fff'>Faint</p></body></html>")
    assert violations(page) != ""
    page.close()


def test_an_exception_day_takes_at_most_three_clicks_from_the_overview(
    browser: Browser, base: str, lived: Town
) -> None:
    page = enter(browser, base, "stina")
    page.evaluate("sessionStorage.clear()")
    page.context.add_init_script(
        "addEventListener('click', e => { if (e.isTrusted && e.detail > 0)"
        " sessionStorage.clicks = 1 + Number(sessionStorage.clicks || 0) }, true)"
    )
    page.goto(base)
    page.locator(".branch", has_text="Kåge").get_by_role("link", name="Exception day").click()
    page.get_by_label("Other hours").click()
    page.locator("#members_from").fill("09:00")
    page.locator("#members_to").fill("15:00")
    page.locator("#day").fill("2019-06-20")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/branch/kage/")
    assert int(page.evaluate("sessionStorage.clicks")) <= 3
    assert page.get_by_role("status").inner_text() == "Thursday 20 June 2019: saved."
    assert lived.query("SELECT hours FROM exceptions WHERE branch = 'kage' AND day = '2019-06-20'") == [
        ('{"staffed":[],"open_plus":[{"start":540,"end":900}]}',)
    ]
    page.context.close()


def test_an_exception_day_with_the_keyboard_alone(browser: Browser, base: str, lived: Town) -> None:
    page = enter(browser, base, "stina")

    def tab_to(text: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            found = page.evaluate("document.activeElement.innerText || document.activeElement.value || ''")
            if text in " ".join(found.split()):
                return
        raise AssertionError(f"{text} is not reached")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to the content"
    page.keyboard.press("Enter")
    tab_to("Exception day Ursviken")
    page.keyboard.press("Enter")
    page.wait_for_url("**/exception")
    assert page.evaluate("document.activeElement.id") == "day"
    page.keyboard.type("06212019")  # Midsummer's eve, as this browser's field wants it
    tab_to("Save")
    page.keyboard.press("Enter")
    page.wait_for_url("**/branch/ursviken/")
    assert lived.query("SELECT count(*) FROM exceptions WHERE branch = 'ursviken' AND day = '2019-06-21'") == [(1,)]
    page.context.close()


def test_no_page_needs_sideways_scrolling_on_a_phone_and_every_target_is_large(browser: Browser, base: str) -> None:
    for name, paths in PAGES.items():
        page = enter(browser, base, name, "sv", 360)
        for path in paths:
            page.goto(base + path)
            assert page.evaluate("document.documentElement.scrollWidth") == 360, path
            small = page.evaluate(
                """[...document.querySelectorAll('button, .button, nav a, main input:not([type=hidden]), select')]
                .filter(one => one.checkVisibility() && !['radio', 'checkbox'].includes(one.type))
                .filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"""
            )
            assert small == [], path
        page.context.close()


def test_every_page_works_without_scripts(browser: Browser, base: str) -> None:
    page = enter(browser, base, "stina", java_script_enabled=False)
    page.locator(".branch", has_text="Ursviken").get_by_role("button", name="Lock now").click()
    assert page.locator(".branch", has_text="Ursviken").get_by_role("button", name="Unlock").is_visible()
    page.locator(".branch", has_text="Ursviken").get_by_role("button", name="Unlock").click()
    page.context.close()


def test_the_browser_reports_no_error_and_fetches_nothing_from_elsewhere(browser: Browser, base: str) -> None:
    page = enter(browser, base, "sven")
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    for path in PAGES["sven"]:
        page.goto(base + path)
    assert errors == []
    assert all(address.startswith(base) for address in asked)
    page.context.close()


def test_a_fault_appears_on_the_open_overview_within_six_seconds_and_is_said(
    browser: Browser, base: str, lived: Town
) -> None:
    heard(lived)
    page = enter(browser, base, "stina")
    card = page.locator(".branch", has_text="Ursviken")
    card.get_by_role("button", name="Lock now").focus()
    before = lived.clock.seconds
    lived.clock.go(20)  # both boxes are silent now
    page.get_by_text("The box does not report.").first.wait_for(timeout=6500)
    assert "does not report" in page.locator("#news").inner_text()
    assert "Lock now" in page.evaluate("document.activeElement.innerText"), "the focus stays where it was"
    assert lived.clock.seconds == before + 20
    lived.clock.go(dt.timedelta(minutes=21).total_seconds())
    page.wait_for_url("**/login", timeout=6500)
    page.context.close()
