"""The review queue: why unsure, one key that puts it right, then the next; by key alone, on a phone, for everybody."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import expect

from libs.schemas.common import Sentiment, Span
from libs.schemas.envelope import Command
from libs.schemas.items import (
    ClassifiedItem,
    ItemClassified,
    ItemCollected,
    ItemRelabelled,
    NeedsReview,
    Reason,
    Relevance,
    Severity,
    TopicLabel,
)
from tests.browser.conftest import PHONE, WIDE, People
from tests.browser.correcting import an_owner
from tests.browser.site import Site
from tests.browser.test_pages import findings
from tests.support.builders import a_classified_item, an_item, an_item_id, envelope_of
from tests.support.stack import Stack
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")
TEXT = "Seorang tahanan dikabarkan kabur dari rutan. Petugas menyisir permukiman sampai pagi."

SERIOUS = "tingkat keparahan di dekat ambang serius"


def unsure(n: int, title: str, reason: str, *, severity: int = 2) -> ClassifiedItem:
    now = datetime.now(UTC) - timedelta(minutes=n % 50)
    start = title.index("kabur")
    spans = [
        Span(field="title", start=start, end=start + 5, words="kabur"),
        Span(field="text", start=TEXT.index("kabur"), end=TEXT.index("kabur") + 5, words="kabur"),
    ]
    why = [Reason(rule="pelarian-1", words="kata pelarian", spans=spans)]
    return a_classified_item(
        n, title=title, excerpt=TEXT[:100], first_seen_at=now, published_at=now,
        relevance=Relevance(score=0.55, relevant=True, why=why),
        topics=[TopicLabel(name="pelarian", score=0.5, why=why), TopicLabel(name="hoaks_klarifikasi", score=0.45)],
        severity=Severity(value=severity, why=why, score=0.6), sentiment=Sentiment(label="negatif", score=0.7),
        needs_review=NeedsReview(yes=True, reason=reason),
    )  # fmt: skip


async def doubt(site: Site, *items: tuple[int, ClassifiedItem]) -> None:
    """The items are in the queue."""
    for n, item in items:
        head = {"title": item.title, "excerpt": item.excerpt, "first_seen_at": item.first_seen_at}
        collected = an_item(n, **head, text=TEXT)
        await site.publish(envelope_of(ItemCollected, collected, opmode="sample", time=item.first_seen_at))
        await site.publish(envelope_of(ItemClassified, item, opmode="sample", time=item.first_seen_at))
    wanted = {an_item_id(n) for n, _ in items}
    async with site.client("analis") as client:

        async def there() -> bool:
            pages = [(await client.get(f"/telaah?butir={one}", headers={"Accept": "text/html"})).text for one in wanted]
            return all("Mengapa ragu" in page for page in pages)

        await eventually(there, within=20, what="the items wait")


def corrected(items: dict[str, ClassifiedItem]) -> Callable[[Command[Any]], ItemRelabelled]:
    """As the classifier carries a word out: the named labels, nothing in doubt any more."""
    sequences = dict.fromkeys(items, 1)

    def carry(command: Command[Any]) -> ItemRelabelled:
        item, said = items[command.subject], command.data
        changes: dict[str, Any] = {"needs_review": NeedsReview(), "decided_by": said.by.role}
        if said.severity is not None:
            changes["severity"] = Severity(value=said.severity)
        if said.topics:
            changes["topics"] = [TopicLabel(name=name, score=1) for name in said.topics]
        if said.relevant is not None:
            changes["relevance"] = Relevance(score=1.0 if said.relevant else 0.0, relevant=said.relevant)
        sequences[command.subject] += 1
        items[command.subject] = item.model_copy(update=changes)
        made: ItemRelabelled = envelope_of(
            ItemRelabelled, items[command.subject], sequence=sequences[command.subject], opmode="sample",
            time=datetime.now(UTC),
        )  # fmt: skip
        return made

    return carry


async def test_one_key_puts_it_right_and_the_next_one_is_there(site: Site, people: People, stack: Stack) -> None:
    word = uuid4().hex[:8]
    told = [
        (
            7501,
            unsure(7501, f"CONTOH {word} satu: tahanan kabur", "tingkat keparahan di dekat ambang serius", severity=4),
        ),
        (7502, unsure(7502, f"CONTOH {word} dua: warga kabur", "relevansi di dekat ambang", severity=3)),
        (7503, unsure(7503, f"CONTOH {word} tiga: kabar kabur", "dua topik sama kuat: pelarian dan hoaks_klarifikasi")),
        (7504, unsure(7504, f"CONTOH {word} empat: kabur lagi", "topik tidak jelas; unit tidak pasti", severity=1)),
    ]
    await doubt(site, *told)
    items = {an_item_id(n): item for n, item in told}
    page = await people.opens("/telaah")
    title = page.locator(".telaah .judul")
    async with an_owner(site, stack, corrected(items)) as owner:
        # The most severe first, with what the labels rest on marked, in the title and in the text.
        await expect(title).to_contain_text(f"{word} satu")
        await expect(title.locator("mark")).to_have_text("kabur")
        await expect(page.locator(".isi-berita mark")).to_have_text("kabur")
        await expect(page.locator(".telaah")).to_contain_text("Tingkat keparahan di dekat ambang serius.")
        await page.keyboard.press("3")
        await expect(title).to_contain_text(f"{word} dua")
        await expect(page.locator("#toast")).to_contain_text("Tersimpan.")
        await page.keyboard.press("x")
        await expect(title).to_contain_text(f"{word} tiga")
        # Skipped and come back to; a topic by its letter, in two presses.
        await page.keyboard.press("j")
        await expect(title).to_contain_text(f"{word} empat")
        await page.keyboard.press("k")
        await expect(title).to_contain_text(f"{word} tiga")
        await page.keyboard.press("t")
        topic = page.locator("#dialog-topik button", has_text="Hoaks, klarifikasi")
        await page.keyboard.press(await topic.get_attribute("data-tombol") or "")
        await expect(title).to_contain_text(f"{word} empat")
        await page.locator("#t-alasan").fill("Sudah benar semua, unitnya disebut di judul")
        await page.locator("h1").click()
        await page.keyboard.press("b")
        await expect(page.locator("main")).not_to_contain_text(word)
        said = [command.data for command in owner.asked]
    assert [one.by.role for one in said] == ["analis"] * 4
    assert said[0].severity == 3 and said[0].reason.startswith("Ditelaah dari antrean: ")
    assert said[1].relevant is False and said[2].topics == ["hoaks_klarifikasi"]
    assert said[3].confirmed and said[3].reason == "Sudah benar semua, unitnya disebut di judul"


async def test_the_queue_is_narrowed_by_why_and_the_counts_are_what_they_list(site: Site, people: People) -> None:
    word = uuid4().hex[:8]
    await doubt(
        site,
        (7601, unsure(7601, f"CONTOH {word}: kabur", "unit tidak pasti")),
        (7602, unsure(7602, f"CONTOH {word}: kabur juga", "unit tidak pasti; topik tidak jelas")),
    )
    page = await people.opens("/telaah")
    chips = page.locator("nav[aria-label='Alasan ragu'] .chip")
    for position in range(await chips.count()):
        count = int((await chips.nth(position).locator("b").inner_text()).replace(".", ""))
        await chips.nth(position).click()
        await expect(page.locator(".antrean li a")).to_have_count(min(count, 12))
        await page.goto(f"{site.url}/telaah")
    await page.goto(f"{site.url}/telaah?alasan=unit")
    await expect(page.locator(".antrean")).to_contain_text(word)
    await page.goto(f"{site.url}/telaah?alasan=nada")
    await expect(page.locator("main")).to_contain_text("Tidak ada lagi dengan saringan ini.")


async def test_the_queue_goes_on_beyond_its_list_by_key_and_is_narrowed_by_topic(site: Site, people: People) -> None:
    word = uuid4().hex[:8]
    told = [(7800 + n, unsure(7800 + n, f"CONTOH {word} {n}: kabur", "nada tidak pasti")) for n in range(15)]
    other = unsure(7820, f"CONTOH {word} lain: kabur", "nada tidak pasti")
    other = other.model_copy(update={"topics": [TopicLabel(name="remisi_integrasi", score=0.5)]})
    await doubt(site, *told, (7820, other))
    page = await people.opens("/telaah?alasan=nada")
    words, title = page.locator(".head .m").first, page.locator(".telaah .judul")
    many = int((await page.locator("nav[aria-label='Alasan ragu'] .chip.on b").inner_text()).replace(".", ""))
    assert many >= 16
    seen = [await title.inner_text()]
    for position in range(2, many + 1):
        await page.keyboard.press("j")
        await expect(words).to_have_text(f"Nomor {position} dari {many} menunggu, paling parah dan terbaru di atas")
        seen.append(await title.inner_text())
    assert len(set(seen)) == many and len(await page.locator(".antrean li").all()) <= 12
    await page.keyboard.press("k")
    await expect(words).to_contain_text(f"Nomor {many - 1} dari {many}")
    await page.get_by_role("link", name="Dari awal").click()
    await expect(words).to_contain_text(f"Nomor 1 dari {many}")
    await page.get_by_role("link", name="Berikutnya di antrean").click()
    await expect(words).to_contain_text(f"Nomor 13 dari {many}")
    await page.get_by_label("Topik", exact=True).select_option(label="Remisi dan integrasi")
    await page.get_by_role("button", name="Terapkan").click()
    await expect(title).to_contain_text(f"{word} lain")
    await expect(page).to_have_url(f"{site.url}/telaah?alasan=nada&topik=remisi_integrasi&unit=")


async def test_others_are_told_whose_page_it_is(site: Site, people: People) -> None:
    page = await people.opens("/telaah", role="editor")
    await expect(page.locator("h1")).to_have_text("Halaman ini bukan untuk peran Anda")
    await page.goto(f"{site.url}/cari")
    await expect(page.locator(".rail")).not_to_contain_text("Antrean telaah")


@pytest.mark.parametrize("theme", ["terang", "gelap"])
async def test_axe_finds_nothing_and_nothing_is_too_wide(
    site: Site, people: People, axe_source: str, theme: str
) -> None:
    n = 7701 if theme == "terang" else 7702
    await doubt(site, (n, unsure(n, f"CONTOH {n}: tahanan kabur dari rutan", "unit tidak pasti; topik tidak jelas")))
    page = await people.opens("/telaah", theme=theme)
    for path in (f"/telaah?butir={an_item_id(n)}", "/telaah?alasan=nada"):
        await page.goto(site.url + path)
        await page.evaluate(axe_source)
        for size in (WIDE, PHONE, (320, 700)):
            await page.set_viewport_size({"width": size[0], "height": size[1]})
            assert await findings(page) == [], path
            over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert await page.evaluate(over) <= 0, f"{path} at {size[0]}"
    await page.goto(f"{site.url}/telaah?butir={an_item_id(n)}")
    await page.evaluate(axe_source)
    await page.keyboard.press("t")
    await expect(page.locator("#dialog-topik")).to_be_visible()
    assert await findings(page) == []
