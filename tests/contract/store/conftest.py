"""A database of its own for each check, reached as the services reach theirs."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC

import pytest
from bson.codec_options import CodecOptions

from libs.runtime.mongo import Database, connect
from tests.support.stack import Stack


@pytest.fixture
def db_name() -> str:
    return f"store_{uuid.uuid4().hex[:10]}"


@pytest.fixture
async def db(stack: Stack, db_name: str) -> AsyncIterator[Database]:
    client = connect(stack.mongodb_url)
    yield client.get_database(db_name, codec_options=CodecOptions(tz_aware=True, tzinfo=UTC))
    await client.drop_database(db_name)
    client.close()
