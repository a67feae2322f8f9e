"""The letter in a real browser: nothing fetched, nothing wrong, readable by keyboard, by ear and on a phone."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from show_town import OUTCOMES

from helhet.case.case import Case
from helhet.pieces.order import pieces
from helhet.show.decisions.page import write_decisions
from helhet.show.desk import Desk
from helhet.show.letter import write_letter
from helhet.show.reading import Reading
from helhet.show.voice import Voice
from helhet.simulate import simulate

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def letters(small: Case, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Addresses of the letter and the decision page of a small town that was really simulated, by language."""
    folder: Path = tmp_path_factory.mktemp("letters")
    results = simulate(
        small, pieces(), plans=tuple(small.plans), futures=10, years=12, seed=5, folder=folder / "run", workers=1
    )
    pages = {
        language: write_letter(small, results, OUTCOMES, language, folder / f"{language}.html").as_uri()
        for language in ("sv", "en")
    }
    desk = Desk(Reading(small, results, OUTCOMES))
    for language in ("sv", "en"):
        page = folder / f"decisions-{language}.html"
        pages[f"decisions-{language}"] = write_decisions(desk, Voice(language), page).as_uri()
    return pages


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; playwright's own where the system has none."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window as wide as a desk's."""
    opened = browser.new_page(viewport={"width": 1100, "height": 900})
    yield opened
    opened.close()


@pytest.mark.parametrize("name", ["sv", "decisions-sv"])
def test_the_page_fetches_nothing_but_itself_and_reports_no_error(
    page: Page, letters: dict[str, str], name: str
) -> None:
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(letters[name])
    page.wait_for_timeout(300)
    assert [address for address in asked if not address.startswith("data:")] == [letters[name]]
    assert errors == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_says_which_language_it_is_in(page: Page, letters: dict[str, str], language: str) -> None:
    page.goto(letters[language])
    assert page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 360])
@pytest.mark.parametrize("name", ["en", "decisions-en"])
def test_axe_finds_nothing_to_complain_of(
    browser: Browser, letters: dict[str, str], name: str, colours: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=colours)
    page.goto(letters[name])
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = Axe().run(page)
    page.close()
    assert found.violations_count == 0, found.generate_report()


def test_axe_would_find_something(page: Page) -> None:
    page.set_content("<html><body><img src='data:,'><p style='color:#ccc;background:#fff'>Faint</p></body></html>")
    assert Axe().run(page).violations_count > 1


def test_the_first_key_press_offers_to_skip_to_the_letter(page: Page, letters: dict[str, str]) -> None:
    page.goto(letters["en"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the letter"
    box = page.locator(".skip").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "letter"


def test_the_numbers_behind_a_chart_open_from_the_keyboard(page: Page, letters: dict[str, str]) -> None:
    page.goto(letters["en"])
    details = page.locator("#homes-fan details")
    assert not details.evaluate("one => one.open")
    page.locator("#homes-fan summary").focus()
    page.keyboard.press("Enter")
    assert details.evaluate("one => one.open")
    assert page.locator("#homes-fan table").is_visible()


def test_the_decision_page_fits_a_phone_and_its_tables_scroll_by_themselves(
    browser: Browser, letters: dict[str, str]
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(letters["decisions-sv"])
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.locator("#dates figure .narrow svg").first.is_visible()
    page.close()


@pytest.mark.parametrize("width", [1100, 360])
def test_no_name_beside_a_chart_of_the_decision_page_is_cut(
    browser: Browser, letters: dict[str, str], width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 740})
    page.goto(letters["decisions-sv"])
    cut = page.evaluate(
        """[...document.querySelectorAll('figure svg')].filter(svg => svg.checkVisibility()).flatMap(svg => {
            const edge = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('text')].filter(one => {
                const box = one.getBoundingClientRect();
                return box.left < edge.left - 1 || box.right > edge.right + 1;
            }).map(one => one.textContent);
        })"""
    )
    page.close()
    assert cut == []


def test_a_phone_needs_no_sideways_scrolling_and_shows_the_narrow_charts(
    browser: Browser, letters: dict[str, str]
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(letters["sv"])
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.locator("#homes-fan .narrow svg").is_visible()
    assert not page.locator("#homes-fan .wide svg").is_visible()
    letters_high = page.locator("#homes-fan .narrow svg text").first.evaluate(
        "one => one.getBoundingClientRect().height"
    )
    assert letters_high >= 11
    page.close()


def test_on_a_phone_no_label_is_cut_and_a_table_shows_that_there_is_more(
    browser: Browser, letters: dict[str, str]
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(letters["sv"])
    cut = page.evaluate(
        """[...document.querySelectorAll('figure[id$=-fan] .narrow svg, #plant-jobs .narrow svg')].flatMap(svg => {
            const edge = svg.getBoundingClientRect().right + 1;
            return [...svg.querySelectorAll('text')]
                .filter(one => one.getBoundingClientRect().right > edge).map(one => one.textContent);
        })"""
    )
    assert cut == []
    assert "gradient" in page.locator(".scroll").first.evaluate("one => getComputedStyle(one).backgroundImage")
    page.close()


def test_every_picture_has_a_text_and_only_one_of_its_two_sizes_is_read(page: Page, letters: dict[str, str]) -> None:
    page.goto(letters["en"])
    pictures = page.locator("svg[role=img]:visible")
    figures = page.locator("figure").count()
    assert figures > 10
    assert pictures.count() == figures
    for i in range(figures):
        assert pictures.nth(i).get_attribute("aria-label")


def test_headings_form_an_outline_without_gaps(page: Page, letters: dict[str, str]) -> None:
    page.goto(letters["en"])
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(one => +one.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
