"""Ports: the usual one when free, another when taken, never one twice."""

import socket
import subprocess
import sys

from deploy.local.places import PROJECT
from deploy.local.ports import is_free, release_port, take_port


def test_a_taken_port_gives_way_to_a_free_one() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        taken = listener.getsockname()[1]
        port = take_port(taken)
    assert port != taken
    assert is_free(port)
    release_port(port)


def test_two_takers_never_get_the_same_port() -> None:
    ports = [take_port() for _ in range(20)]
    assert len(set(ports)) == 20
    for port in ports:
        release_port(port)


def test_a_port_taken_by_another_process_of_ours_is_left_alone_before_it_listens() -> None:
    port = take_port()
    ask = f"from deploy.local.ports import take_port; print(take_port({port}) == {port})"
    seen = subprocess.run([sys.executable, "-c", ask], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "False"
    release_port(port)
