"""Outlets: from the registry, from a new source, from a person; over the topics."""

from __future__ import annotations

from pathlib import Path

from libs.reference.registry import FILE, shipped_registry
from libs.schemas.commands import EditOutlet, OutletEdit
from libs.schemas.topics import COMMAND_OUTCOMES, SOURCES
from tests.integration.test_ingest_commands import BY, adding, asking
from tests.support.builders import a_command
from tests.support.feeds import feed_server, rss, sources_file
from tests.support.listening import listening
from tests.support.running import Running
from tests.support.waiting import eventually


def editing(outlet_id: str, *, key: str, **changes: str) -> object:
    data = OutletEdit(by=BY, **({"source": "Data Dewan Pers, 22 November 2026"} | changes))
    return a_command(EditOutlet, outlet_id, data, key=key)


async def test_outlets_are_seeded_made_edited_and_followed(running: Running, tmp_path: Path) -> None:
    async with (
        feed_server() as feeds,
        listening(running, COMMAND_OUTCOMES) as outcomes,
        listening(running, SOURCES) as heard,
        asking(running, outcomes) as ask,
    ):
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": []}, opmode="live", enabled=False)
        registry = tmp_path / "outlets.yaml"
        registry.write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
        running.env |= {
            "PASOPATI_LOCAL_ADDRESSES": feeds.address,
            "PASOPATI_SOURCES_FILE": str(file),
            "PASOPATI_OUTLETS_FILE": str(registry),
        }
        service = await running.start("ingest")
        total = len(shipped_registry().outlets) + 1
        await eventually(lambda: len(heard.of("OutletAdded")) == total, within=60, what="the registry and the file")
        assert {event.data.outlet_id for event in heard.of("OutletAdded")} >= {"detik", "harian-contoh"}

        edited = await ask(editing("detik", key="satu", press_council="terverifikasi", name="detik.com"))
        assert (type(edited).__name__, edited.data.sequence) == ("CommandApplied", 2)
        again = await ask(editing("detik", key="dua", press_council="terverifikasi"))
        assert type(again).__name__ == "CommandUnchanged"
        for command, code, kode in (
            (editing("tidak-ada", key="tiga", name="X"), 404, "media_tidak_ada"),
            (editing("detik", key="empat", domain="kompas.com"), 409, "domain_dipakai"),
            (editing("detik", key="lima", domain="bukan domain"), 422, "domain"),
        ):
            refused = await ask(command)
            assert (refused.data.code, refused.data.kode) == (code, kode)

        refused = await ask(adding("http://169.254.169.254/x", key="ditolak"))
        assert refused.data.code == 422
        added = await ask(adding(feeds.serve("/rss.xml", rss([])), key="sumber"))
        assert type(added).__name__ == "CommandApplied"
        await eventually(lambda: len(heard.of("OutletAdded")) == total + 1, within=60, what="the new source's outlet")
        assert heard.of("OutletAdded")[-1].data.outlet_id == "127.0.0.1"
        copy = await ask(adding("https://rss.detik-news.com/rss", key="tiruan", enabled=False))
        assert type(copy).__name__ == "CommandApplied"
        await eventually(lambda: len(heard.of("OutletAdded")) == total + 2, within=60, what="the imitation")
        suspect = heard.of("OutletAdded")[-1].data
        assert suspect.copycat is not None and suspect.copycat.of_outlet_id == "detik"
        real = await ask(adding("https://finance.detik.com/rss", key="asli", enabled=False))
        await eventually(lambda: heard.of("SourceAdded")[-1].subject == real.data.entity_id, within=60, what="it")
        assert heard.of("SourceAdded")[-1].data.outlet_id == "detik"

        # A newer file: what the person edited stays, the rest follows.
        newer = FILE.read_text(encoding="utf-8").replace("name: detikcom\n", "name: Detik baru\n")
        registry.write_text(newer.replace("name: Tempo\n", "name: Tempo.co\n"), encoding="utf-8")
        changed = list(heard.of("OutletChanged"))
        service.kill()
        await service.restart()
        await eventually(lambda: heard.of("OutletChanged")[-1].data.name == "Tempo.co", within=60, what="followed")
        # A killed service may say again what it had said: the same id is the same event.
        assert len({event.id for event in heard.of("OutletChanged")} - {event.id for event in changed}) == 1
        detik = [event.data for event in heard.of("OutletChanged") if event.data.outlet_id == "detik"][-1]
        assert (detik.name, detik.press_council.value) == ("detik.com", "terverifikasi")
        assert detik.press_council.source == "Data Dewan Pers, 22 November 2026"
        assert len({event.id for event in heard.of("OutletAdded")}) == total + 2
