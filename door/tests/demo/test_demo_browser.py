"""The demonstration played in a real browser: what a person sees, and that what is shown is what was stored."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from demo.demo_process import Demo, until
from playwright.sync_api import Browser, Page, expect

from helhet_door.centre.texts import voice
from helhet_door.centre.words import PASSAGES
from helhet_door.demo import cast
from helhet_door.words.reasons import Reason
from helhet_door.words.rows import Kind

pytestmark = pytest.mark.browser
SOON = 15_000  # milliseconds


@pytest.fixture
def page(browser: Browser, demo: Demo) -> Iterator[Page]:
    """The page in Swedish, on a desk's window, with the door at rest."""
    opened = browser.new_page(viewport={"width": 1400, "height": 950})
    opened.goto(demo.address)
    expect(opened.locator("#display")).to_have_text("Visa ditt kort", timeout=SOON)
    yield opened
    opened.close()


def show(page: Page, who: str) -> None:
    """A click on somebody's card."""
    page.locator(f".person[data-how={who}]").click()
    expect(page.locator("#display")).to_have_text("Ange PIN, avsluta med #", timeout=SOON)


def newest_is(page: Page, reason: Reason) -> None:
    """The newest row says this, in the staff page's words."""
    expect(page.locator("#passages li .said").first).to_have_text(voice("sv").say(PASSAGES[reason]))


def test_a_member_comes_in(page: Page, demo: Demo) -> None:
    show(page, "elsa")
    expect(page.locator(".display")).to_have_text(re.compile(r"Ange PIN, avsluta med #\s+Ljus: vitt, blinkar"))
    page.locator(".pins [data-how=right]").click()
    expect(page.locator("#leaf")).to_have_text(re.compile(r"Olåst, \d s kvar"), timeout=SOON)
    page.locator(".leaf [data-how=open]").click()
    expect(page.locator("#leaf")).to_have_text("Öppen", timeout=SOON)
    expect(page.locator("#passages li").first).to_contain_text("dörren öppnades", timeout=SOON)
    newest_is(page, Reason.MEMBER)
    page.locator(".leaf [data-how=close]").click()
    expect(page.locator("#leaf")).to_have_text("Låst", timeout=SOON)
    assert demo.rows().passages[0].opened is True


def test_a_wrong_pin_on_the_keypad_does_not_open(page: Page, demo: Demo) -> None:
    show(page, "sara")
    page.locator("#keypad button").first.focus()
    page.keyboard.type("0000")
    page.keyboard.press("Enter")
    shown = re.compile(r"Kortet eller PIN gäller inte\s+Ljus: rött")
    expect(page.locator(".display")).to_have_text(shown, timeout=SOON)
    page.locator(".leaf [data-how=open]").click()
    expect(page.locator("#refused")).to_have_text("Dörren är låst.")
    newest_is(page, Reason.WRONG_PIN)
    assert demo.rows().passages[0].pseudonym is False


@pytest.mark.slow
def test_the_keyboard_is_enough_to_come_in(page: Page) -> None:
    page.locator(".person[data-how=sara]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#display")).to_have_text("Ange PIN, avsluta med #", timeout=SOON)
    page.locator("#keypad button").first.focus()
    page.keyboard.type("99")
    page.keyboard.press("Backspace")
    page.keyboard.type(cast.BY_ID["sara"].pin)
    page.keyboard.press("Enter")
    expect(page.locator(".display")).to_have_text(re.compile(r"Välkommen\s+Ljus: grönt"), timeout=SOON)


def test_a_cut_line_forgets_the_visit_and_comes_back(page: Page, demo: Demo) -> None:
    show(page, "elsa")
    before = len(demo.rows().passages)
    page.locator("[data-do=line][data-how=cut]").click()
    expect(page.locator("[data-look=reader]")).to_contain_text("bruten", timeout=SOON)
    page.locator(".pins [data-how=right]").click()
    expect(page.locator("[data-look=reader]")).to_contain_text("säker kanal", timeout=SOON)
    expect(page.locator("#display")).to_have_text("Visa ditt kort", timeout=SOON)
    page.wait_for_timeout(2500)
    assert len(demo.rows().passages) == before
    expect(page.locator("#leaf")).to_have_text("Låst")


def test_a_silent_library_system_lets_nobody_in_but_staff(page: Page) -> None:
    page.locator("[data-do=library][data-how=silent]").click()
    expect(page.locator("[data-how=silent]")).to_have_attribute("aria-pressed", "true")
    show(page, "ingegard")
    page.locator(".pins [data-how=right]").click()
    expect(page.locator("#display")).to_have_text("Dörren är ur funktion", timeout=SOON)
    show(page, "stina")
    page.locator(".pins [data-how=right]").click()
    expect(page.locator("#display")).to_have_text("Välkommen", timeout=SOON)
    page.locator('[data-do=library][data-how=""]').click()
    expect(page.locator("[data-look=library] .part-word")).to_have_text("svarar", timeout=SOON)


def test_a_killed_service_is_there_again_and_opens(page: Page, demo: Demo) -> None:
    killed, rows = demo.service(), len(demo.rows().passages)
    page.locator("[data-do=kill]").click()
    until(lambda: demo.service() not in (0, killed) and demo.now()["parts"]["service"][1] == "good", 20)
    expect(page.locator("[data-look=reader]")).to_contain_text("säker kanal", timeout=SOON)
    page.wait_for_timeout(2200)  # nothing is believed so soon after a gap
    assert len(demo.rows().passages) >= rows
    show(page, "orjan")
    page.locator(".pins [data-how=right]").click()
    expect(page.locator("#leaf")).to_have_text(re.compile(r"Olåst, [5-8] s kvar"), timeout=SOON)


def test_what_is_withdrawn_on_the_staff_page_bites_at_the_next_card(page: Page, demo: Demo) -> None:
    assert demo.visit("lemet") == "suspended"
    with page.expect_popup() as popup:
        page.locator("a.button.main").click()
    desk = popup.value
    password = page.get_by_text("Lösenord för alla:").inner_text().rpartition(" ")[2]
    desk.locator("[name=name]").fill("stina")
    desk.locator("[name=password]").fill(password)
    desk.locator("main button.main").click()
    desk.get_by_role("link", name=voice("sv").say("Members"), exact=True).click()
    desk.locator("[name=card]").fill(cast.BY_ID["ingegard"].card)
    desk.locator("main button.main").click()
    serial = demo.rows().rules.serial
    desk.locator("button.stop").click()
    expect(desk.locator("p.said")).to_be_visible()
    desk.close()
    until(lambda: demo.rows().rules.serial > serial, 5)
    # Who was refused first is told so for some seconds, and the door is busy as long.
    expect(page.locator("#display")).to_have_text("Visa ditt kort", timeout=SOON)
    show(page, "ingegard")
    page.locator(".pins [data-how=right]").click()
    expect(page.locator("#display")).to_have_text("Prata med personalen", timeout=SOON)
    newest_is(page, Reason.NO_AGREEMENT)


def test_without_the_centre_the_door_works_and_the_rows_wait(page: Page) -> None:
    page.locator("[data-do=centre][data-how=off]").click()
    expect(page.locator("[data-look=centre] .part-word")).to_have_text("nås inte", timeout=SOON)
    show(page, "asa")
    page.locator(".pins [data-how=right]").click()
    expect(page.locator("#display")).to_have_text("Välkommen", timeout=SOON)
    expect(page.locator("#passages li").first).to_contain_text("utan pseudonym")
    expect(page.locator("#waiting")).to_have_text(re.compile(r"^[1-9]\d* rader väntar"))
    page.locator("[data-do=centre][data-how=on]").click()
    expect(page.locator("#waiting")).to_have_text("Centralen har alla rader.", timeout=30_000)


def test_a_forced_door_is_told_at_once(page: Page, demo: Demo) -> None:
    page.wait_for_timeout(5000)  # what is left of a release
    page.locator(".leaf [data-how=force]").click()
    expect(page.locator("#happenings li.alert").first).to_contain_text("utan att låset släppt", timeout=5000)
    page.locator(".leaf [data-how=close]").click()
    assert demo.rows().last(Kind.DOOR_FORCED) is not None


def test_a_fire_frees_the_leaf_and_keeps_people_out(page: Page) -> None:
    page.locator("[data-do=fire][data-how=on]").click()
    expect(page.locator("#display")).to_have_text("Utrymning pågår", timeout=SOON)
    expect(page.locator("#leaf")).to_have_text("Fri: brandsignal")
    page.locator(".leaf [data-how=open]").click()
    expect(page.locator("#leaf")).to_have_text("Öppen")
    page.locator(".leaf [data-how=close]").click()
    page.locator("[data-do=fire][data-how=off]").click()
    expect(page.locator("#display")).to_have_text("Visa ditt kort", timeout=SOON)


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize(("language", "width"), [("sv", 1400), ("en", 1400), ("sv", 360), ("en", 360)])
def test_axe_finds_nothing_to_complain_of(
    browser: Browser, demo: Demo, language: str, width: int, colours: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=colours, bypass_csp=True)
    page.goto(f"{demo.origin}/{language}")
    expect(page.locator("#passages .said").first).to_be_visible()
    page.wait_for_timeout(1700)  # a fresh row fades
    found = Axe().run(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert found.violations_count == 0, found.generate_report()
    assert wide <= width


def test_the_page_fetches_only_from_here_and_reports_no_error(browser: Browser, demo: Demo) -> None:
    page, asked, errors = browser.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{demo.origin}/en")
    expect(page.locator("#display")).not_to_be_empty()
    page.close()
    assert all(address.startswith(f"{demo.origin}/") for address in asked)
    assert len(asked) >= 4
    assert errors == []
