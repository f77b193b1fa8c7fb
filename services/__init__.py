"""The five Pasopati services."""
