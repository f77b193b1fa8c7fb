"""How much memory the local store may take."""

import pytest

from deploy.local.servers import memory_mb, store_heap_mb, store_memory


@pytest.mark.parametrize(("memory", "heap"), [(2_000, 1024), (8_000, 1333), (24_000, 4000), (64_000, 4096)])
def test_the_local_store_takes_at_most_a_sixth_of_the_memory_within_bounds(memory: int, heap: int) -> None:
    assert store_heap_mb(memory) == heap


def test_the_memory_of_this_machine_is_known() -> None:
    assert memory_mb() > 256


def test_its_parts_fit_into_it() -> None:
    assert store_memory(1200)[:3] == ("-Xms600m", "-Xmx1200m", "-Xmn400m")
