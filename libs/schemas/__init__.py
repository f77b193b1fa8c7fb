"""What travels between the services of Pasopati: envelope, events, commands and the catalogue of topics."""
