"""What a rule would have matched lately, asked of the labels that a running classifier keeps."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

from libs.runtime.mongo import connect
from tests.integration.classifier_visitor import visiting
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually

PROJECT = Path(__file__).parents[2]


async def test_a_rule_is_tried_on_what_the_classifier_keeps(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    client = connect(stack.mongodb_url)
    labels = client[f"pasopati_classifier_{namespace}"]["labels"]
    async with visiting(stack, namespace) as visitor:
        await running.start("classifier")
        for number, title in enumerate(("Napi kabur dari Lapas Kediri", "Lapas bantah kabar napi kabur", "Panen padi")):
            await visitor.send(visitor.item(number, title, text="Ceritanya di bawah ini."))

        async def all_kept() -> bool:
            return await labels.count_documents({}) == 3

        await eventually(all_kept, within=30)
        modes = await labels.distinct("state.origin.opmode")
    client.close()
    ran = await asyncio.to_thread(
        subprocess.run,
        [PROJECT / ".venv/bin/pasopati", "rules", "would-match", "pel.kabur", "--mode", modes[0], "--days", "400"],
        env={"MONGODB_URL": stack.mongodb_url, "PASOPATI_NAMESPACE": namespace},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Cocok: 1 dari 3 publikasi" in ran.stdout
    assert "Napi kabur dari Lapas Kediri [judul: “Napi kabur”]" in ran.stdout
