"""How every service of Pasopati runs: settings, bus, outbox, commands, telemetry, life and death."""
