"""The console and the public pages in Chromium, against real services."""
