"""One hostile case: what is asked, what the resolver says, how it must end; and the run that tells how it did."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from libs.runtime.http import Bounds, Fetcher, FetchFailed, FetchRefused, local_addresses
from services.ingest.parsing import ParseFailed, ParserPool
from tests.support.feeds import Answer, FeedServer, redirect

# A page that no hostile address may reach.
SECRET = "/rahasia"
# Beyond its bound a run may only take what a busy machine needs to come round again.
SLACK_SECONDS = 5.0
# A page that leads to itself, by a name: each visit asks the resolver again.
ROUND = "/putar"
_ROUND_AGAIN = "http://putar.contoh.example:{port}/putar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`ends`: "refused x", "failed x", "read 200", "parsed n", "not parsed x"; alternatives behind "|".

    `to`: asked directly; `location`: where a page of ours leads (both with {port}); else `page`.
    `says`: what the resolver answers, in turn (its last answer again and again); nothing: no such name."""

    name: str
    ends: str
    to: str = ""
    location: str = ""
    page: Callable[[], bytes | Answer] = bytes
    says: Sequence[Sequence[str]] = ()
    seconds: float = 5.0
    content_type: str = ""
    kind: str = ""

    @property
    def allowed(self) -> list[str]:
        word, found = "", []
        for one in (one.strip() for one in self.ends.split("|")):
            # An alternative without a word of its own means the word before it.
            word = one.rpartition(" ")[0] or word
            found.append(f"{word} {one.rpartition(' ')[2]}")
        return found


class Resolver:
    """Says what the case has it say: another address at each question, where the case means rebinding."""

    def __init__(self, says: Sequence[Sequence[str]]) -> None:
        self._says = says
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        if not self._says:
            raise socket.gaierror(socket.EAI_NONAME, "none")
        self.asked += 1
        return self._says[min(self.asked, len(self._says)) - 1]


def _page(case: Case, feeds: FeedServer) -> bytes | Answer:
    return redirect(case.location.replace("{port}", str(feeds.port))) if case.location else case.page()


async def run(case: Case, feeds: FeedServer, pool: ParserPool) -> str:
    """How the case ends, in the words of its table."""
    bounds = Bounds(total_seconds=case.seconds)
    fetcher = Fetcher(local=local_addresses(feeds.address), bounds=bounds, look_up=Resolver(case.says))
    feeds.serve(ROUND, redirect(_ROUND_AGAIN.replace("{port}", str(feeds.port))))
    path = f"/{case.name.replace(' ', '-')}"
    url = case.to.replace("{port}", str(feeds.port)) or feeds.serve(
        path, _page(case, feeds), content_type=case.content_type
    )
    try:
        answer = await fetcher.safe_fetch(url)
        if not case.kind:
            return f"read {answer.status}"
        parsed = await pool.parse(answer.body, answer.headers.get("content-type", ""), kind=case.kind)
        return f"parsed {len(parsed['entries']) if 'entries' in parsed else 1}"
    except FetchRefused as refused:
        return f"refused {refused.reason}"
    except FetchFailed as failed:
        return f"failed {failed.reason}"
    except ParseFailed as unread:
        return f"not parsed {unread.reason}"
    finally:
        await fetcher.aclose()
        feeds.pages.pop(path, None)


async def timed(case: Case, feeds: FeedServer, pool: ParserPool) -> tuple[str, float]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    return await run(case, feeds, pool), loop.time() - began
