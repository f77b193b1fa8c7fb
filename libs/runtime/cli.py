"""The `pasopati` command: hands its first word to whoever registered it as an entry point."""

import sys
from importlib.metadata import entry_points

GROUP = "pasopati.commands"


def main() -> int:
    """Runs `pasopati <word> …`; each word is an entry point `module:function` taking the arguments left."""
    commands = {entry.name: entry for entry in entry_points(group=GROUP)}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        print("usage: pasopati {" + ",".join(sorted(commands)) + "} …", file=sys.stderr)
        return 2
    run = commands[sys.argv[1]].load()
    return int(run(sys.argv[2:]))


if __name__ == "__main__":
    sys.exit(main())
