"""The public site: published releases for everybody, without script, cookie or third party."""
