"""People who correct: labels, and stories parted, named, held, joined again; each deed is kept with its answer."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal

from libs.schemas.ids import from_command
from tests.faults.receiving import Seen, Subscriber

Kind = Literal["relabel", "split", "rename", "pin", "unpin", "merge"]
Press = Callable[..., Awaitable[dict[str, Any] | None]]
SENTIMENTS = ("positif", "netral", "negatif", "campuran")
# Two presses a second at most: enough to meet every crash point ten times while it is armed.
PAUSE_SECONDS = 0.4
# Stories that stay for good: not many more than the news itself makes.
NAMED_EVERY_SECONDS = 3.0
# What is asked for may have become impossible: the story grew, shrank or was joined with another.
MEANWHILE = frozenset({"isu_sudah_digabung", "isu_lain_tidak_ditemukan", "bukan_publikasi_isu", "isu_menjadi_kosong"})


@dataclass(slots=True, kw_only=True)
class Deed:
    """One press. `mark`: the words or ids by which its effect is known; `answer`: None until it was taken with a yes.
    `refused`: the owner said no, so it must have had no effect."""

    kind: Kind
    subject: str
    mark: str
    labels: dict[str, str] = field(default_factory=dict)
    items: tuple[str, ...] = ()
    answer: dict[str, Any] | None = None
    refused: bool = False

    @property
    def applied(self) -> bool:
        return self.answer is not None and self.answer["kode"] == "diterapkan"


@dataclass(slots=True)
class Correctors:
    """One corrects labels of routine news; two part stories of it: what left is joined again, or named and
    held."""

    press: Press
    subscriber: Subscriber
    quiet: asyncio.Event
    deeds: list[Deed] = field(default_factory=list)

    async def _do(self, deed: Deed, path: str, body: dict[str, Any]) -> Deed:
        self.deeds.append(deed)
        deed.answer = await self.press("analis", path, body, may_refuse=MEANWHILE)
        deed.refused = deed.answer is None
        await asyncio.sleep(PAUSE_SECONDS)
        return deed

    async def correct_labels(self) -> None:
        """Every third item is spoken of twice: the second word is about another label, and both hold."""
        for n in itertools.count():
            item = await self._next(self.subscriber.routine_items)
            if item is None:
                return
            said = {"sentiment": SENTIMENTS[n % len(SENTIMENTS)]}
            words = [said, {"actuality": "perkembangan_kasus_lama"}] if n % 3 == 0 else [said]
            for number, labels in enumerate(words):
                reason = f"Koreksi uji {n}-{number}"
                deed = Deed(kind="relabel", subject=item.subject, mark=reason, labels=labels)
                await self._do(deed, f"/items/{item.subject}/relabel", {"reason": reason, **labels})

    async def part_and_join(self) -> None:
        """What left is joined again, with no word between."""
        for n in itertools.count():
            parted = await self._part(f"Perkara lain, uji {n}")
            if parted is None:
                return
            if parted.applied:
                body = {"others": [parted.mark], "reason": f"Perkara sama, uji {n}"}
                joined = Deed(kind="merge", subject=parted.subject, mark=parted.mark)
                await self._do(joined, f"/stories/{parted.subject}/merge", body)

    async def part_and_name(self) -> None:
        """What left gets a title and is held; every second one is let go again."""
        for n in itertools.count():
            parted = await self._part(f"Perkara tersendiri, uji {n}")
            if parted is None:
                return
            if not parted.applied:
                continue
            fresh, title = f"/stories/{parted.mark}", f"Judul uji {n}"
            await self._do(Deed(kind="rename", subject=parted.mark, mark=title), f"{fresh}/rename", {"title": title})
            await self._do(Deed(kind="pin", subject=parted.mark, mark=str(n)), f"{fresh}/pin", {"pinned": True})
            if n % 2:
                await self._do(Deed(kind="unpin", subject=parted.mark, mark=str(n)), f"{fresh}/pin", {"pinned": False})
            await asyncio.sleep(NAMED_EVERY_SECONDS)

    async def _part(self, reason: str) -> Deed | None:
        """The last publication of a story that has several gets a story of its own; None once there is quiet."""
        while (told := await self._next(self.subscriber.routine_stories)) is not None:
            story = self.subscriber.stories[told.subject]
            heads = [line["item_id"] for line in story.data["head_items"]]
            if story.data["status"] == "terbuka" and len(heads) > 1:
                deed = Deed(kind="split", subject=story.subject, mark="", items=(heads[-1],))
                await self._do(deed, f"/stories/{story.subject}/split", {"item_ids": [heads[-1]], "reason": reason})
                if deed.answer is not None:
                    deed.mark = from_command("story", deed.answer["command_id"])
                return deed
        return None

    async def _next(self, queue: "asyncio.Queue[Seen]") -> Seen | None:
        """The newest that is there; None once there is quiet."""
        if self.quiet.is_set():
            return None
        newest = await queue.get()
        while not queue.empty():
            newest = queue.get_nowait()
        return None if self.quiet.is_set() else newest

    def work(self) -> list[Coroutine[Any, Any, None]]:
        return [self.correct_labels(), self.part_and_join(), self.part_and_name()]
