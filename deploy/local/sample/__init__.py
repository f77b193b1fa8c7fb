"""The CONTOH day: fictional coverage through a real feed server, and the inbox that its pushes go to."""
