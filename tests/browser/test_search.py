"""Search: found by the form of a word, narrowed by what is listed, kept under a name; by key and on a phone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import expect

from libs.schemas.common import Sentiment
from libs.schemas.items import ItemClassified, ItemCollected
from libs.schemas.stories import StoryOpened
from tests.browser.conftest import PHONE, WIDE, People
from tests.browser.site import Site
from tests.browser.test_pages import findings
from tests.support.builders import a_classified_item, a_source_line, a_story, a_unit, an_item, an_item_id, envelope_of
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def publish(site: Site, n: int, title: str, text: str = "", **labels: Any) -> str:
    now = datetime.now(UTC) - timedelta(minutes=n % 50)
    head = {"title": title, "excerpt": text[:200], "first_seen_at": now, "published_at": now}
    await site.publish(envelope_of(ItemCollected, an_item(n, **head, text=text), opmode="sample", time=now))
    item = a_classified_item(n, **head, **labels)
    await site.publish(envelope_of(ItemClassified, item, opmode="sample", time=now))
    return an_item_id(n)


async def found(site: Site, question: str, count: int) -> None:
    async with site.client("analis") as client:

        async def there() -> bool:
            answer = await client.get("/api/v1/search", params={"q": question})
            return answer.status_code == 200 and answer.json()["total"] == count

        await eventually(there, within=20, what=f"{count} found for {question}")


def a_word() -> str:
    return f"kata{uuid4().hex[:8]}"


async def test_a_form_of_the_word_is_found_marked_and_grouped_under_its_story(site: Site, people: People) -> None:
    word, n = a_word(), 7101
    ids = [
        await publish(site, n + i, f"CONTOH {word}: penyelundupan digagalkan, kabar {i}", "Barang dilempar dari luar.")
        for i in range(2)
    ]
    alone = await publish(site, n + 5, f"CONTOH {word} tentang panen sayur", "Hasilnya dijual ke pasar.")
    heads = [a_source_line(n + i, at=datetime.now(UTC)) for i in range(2)]
    story = a_story(n, title=f"CONTOH isu {word}", head_items=heads, copies=[], copies_count=0)
    assert [line.item_id for line in heads] == ids
    await site.publish(envelope_of(StoryOpened, story, opmode="sample", time=datetime.now(UTC)))
    await found(site, word, 3)
    # From any page: the box on top.
    page = await people.opens("/umpan")
    await page.keyboard.press("/")
    await page.keyboard.type(f"menyelundupkan {word}")
    await page.keyboard.press("Enter")
    rows = page.locator("[data-baris]")
    await expect(rows).to_have_count(1)
    await expect(rows.first.locator("h3 mark").first).to_have_text(word)
    assert "penyelundupan" in await rows.first.locator("h3 mark").all_inner_texts()
    await expect(rows.first).to_contain_text(f"Isu: CONTOH isu {word}")
    await rows.first.locator("summary").click()
    await expect(rows.first.locator("details li")).to_have_count(1)
    # By key: the second of two, opened; it belongs to no story, so it has no page of ours.
    await page.goto(f"{site.url}/cari?cari={word}")
    await expect(rows).to_have_count(2)
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    await page.keyboard.press("k")
    of_story = page.locator(f"[data-baris]:has(a[href='/isu/{story.story_id}'])")
    while await of_story.get_attribute("aria-current") != "true":
        await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{site.url}/isu/{story.story_id}")
    assert alone not in page.url


async def test_every_chip_lists_as_many_as_it_says_and_filters_can_be_taken_away(site: Site, people: People) -> None:
    word, n = a_word(), 7201
    for i in range(6):
        name = f"media-{word}-{i % 2}"
        await publish(site, n + i, f"CONTOH {word} nomor {i}", outlet_id=name, outlet_name=f"Media {i % 2}")
    await found(site, word, 6)
    page = await people.opens(f"/cari?cari={word}")
    chips = page.locator("nav[aria-label='Persempit menurut media'] .chip")
    await expect(chips).to_have_count(2)
    for position in range(2):
        count = int(await chips.nth(position).locator("b").inner_text())
        await chips.nth(position).click()
        await expect(page.locator("[data-baris]")).to_have_count(count)
        await expect(page.locator("main .chip.on")).to_contain_text("Media:")
        await page.get_by_role("link", name="Hapus saringan").first.click()
        await expect(page.locator("[data-baris]")).to_have_count(6)
    await page.locator("summary", has_text="Saringan").click()
    await page.locator("#c-sev").select_option("4")
    await page.get_by_role("button", name="Terapkan").click()
    await expect(page.locator(".hasil")).to_contain_text("Tidak ada publikasi yang cocok dengan saringan ini.")


async def test_a_search_is_kept_shared_with_the_role_and_forgotten_also_without_script(
    site: Site, people: People
) -> None:
    word = a_word()
    page = await people.opens(f"/cari?cari={word}&nada=negatif")
    await page.locator("#c-nama").fill(f"Jaga {word}")
    await page.get_by_label("Bagikan ke peran analis").check()
    await page.get_by_role("button", name="Simpan pencarian ini").click()
    kept = page.locator(".tersimpan li", has_text=f"Jaga {word}")
    await expect(kept).to_contain_text("Dibagikan")
    editor = await people.opens("/cari", role="editor")
    await expect(editor.locator(".tersimpan")).not_to_contain_text(word)
    async with httpx.AsyncClient(base_url=site.url, follow_redirects=True) as client:
        client.cookies.update({c["name"]: c["value"] for c in await site.cookies("analis")})
        listed = await client.get("/cari")
        assert f"/cari?cari={word}&amp;nada=negatif" in listed.text
    await page.goto(f"{site.url}/cari")
    await kept.get_by_role("link").click()
    await expect(page.locator("#cari")).to_have_value(word)
    await kept.get_by_role("button").click()
    await expect(kept).to_have_count(0)


async def test_a_number_of_a_person_is_neither_looked_for_nor_kept(site: Site, people: People) -> None:
    page = await people.opens("/cari?cari=NIK+3174050801900003")
    await expect(page.locator("#cari-g")).to_contain_text("Tidak dicari dan tidak dicatat.")
    await expect(page.locator("#cari-g")).to_contain_text("NIK")
    await expect(page.locator("#c-nama")).to_have_count(0)
    await page.goto(f"{site.url}/cari?cari=lapas")
    await page.locator("#c-nama").fill("NIK 3174050801900003")
    await page.get_by_role("button", name="Simpan pencarian ini").click()
    await expect(page.locator("main .msg")).to_contain_text("Tidak tersimpan")


@pytest.mark.parametrize("theme", ["terang", "gelap"])
async def test_axe_finds_nothing_and_nothing_is_too_wide(
    site: Site, people: People, axe_source: str, theme: str
) -> None:
    word, n = a_word(), 7301 if theme == "terang" else 7401
    await publish(site, n, f"CONTOH {word}: kunjungan dibuka di dua lapas", "Antrean panjang sejak pagi.")
    await publish(site, n + 1, f"CONTOH {word}: kunjungan ditutup", outlet_id="lain", outlet_name="Media Lain")
    await found(site, word, 2)
    page = await people.opens("/cari", theme=theme)
    for path in (f"/cari?cari={word}+kunjungan", f"/cari?cari={word}&nada=positif&hari=7", "/cari?cari=tidakada"):
        await page.goto(site.url + path)
        await page.evaluate(axe_source)
        for size in (WIDE, PHONE, (320, 700)):
            await page.set_viewport_size({"width": size[0], "height": size[1]})
            assert await findings(page) == [], path
            over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert await page.evaluate(over) <= 0, f"{path} at {size[0]}"


async def test_what_a_user_types_finds_what_was_meant(site: Site, people: People) -> None:
    word, n = a_word(), 7350
    north = a_unit(unit_id="contoh-lapas-iia-utara", name="Lapas Kelas IIA Contoh Utara", province="Contoh Barat Daya")
    sad = Sentiment(label="negatif", score=0.9)
    await publish(site, n, f"CONTOH {word}: gudang terbakar, api padam", "Petugas menangkap pelaku.", units=[north],
                  sentiment=sad)  # fmt: skip
    await publish(site, n + 1, f"CONTOH {word}: kunjungan keluarga", "Antrean air bersih panjang sekali.")
    await found(site, word, 2)
    page = await people.opens("/cari")
    rows = page.locator("[data-baris]")
    for asked, many in (
        (f"kebakaran {word}", 1), (f"penangkapan {word}", 1), (f'"air bersih" {word}', 1), (f'"bersih air" {word}', 0),
        (f"{word} keluarga", 1), (f"{word} kebakaran keluarga", 0),
    ):  # fmt: skip
        await page.goto(f"{site.url}/cari?{urlencode({'cari': asked})}")
        await expect(rows, asked).to_have_count(many)
    # Nothing together: each word alone is one press away.
    await page.get_by_role("navigation", name="Tiap kata sendiri").get_by_role("link", name="keluarga").click()
    await expect(rows.first).to_be_visible()
    # What people call a unit leads to all that is said of it, whatever the text calls it.
    await page.goto(f"{site.url}/cari?cari=lp+bukit+contoh+{word}")
    await page.get_by_role("navigation", name="Unit yang dimaksud").get_by_role("link").first.click()
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("terbakar")
    # Province and tone together, kept under a name and opened again.
    await page.goto(f"{site.url}/cari?cari={word}")
    await page.locator(".saringan summary").click()
    await page.get_by_label("Provinsi").select_option("Contoh Barat Daya")
    await page.get_by_label("Nada").select_option("negatif")
    await page.get_by_role("button", name="Terapkan").click()
    await expect(rows).to_have_count(1)
    await page.get_by_label("Nama pencarian ini").fill(f"Simpan {word}")
    await page.get_by_role("button", name="Simpan pencarian ini").click()
    await page.goto(f"{site.url}/cari")
    await page.get_by_role("link", name=f"Simpan {word}").click()
    await expect(rows).to_have_count(1)
