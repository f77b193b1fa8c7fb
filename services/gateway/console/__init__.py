"""The console: server-rendered pages for the people on duty, and the rows of the live feed."""
