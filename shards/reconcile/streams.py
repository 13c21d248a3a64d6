"""Redis beside a database that was restored: entries of events that no longer are are taken for those that come."""

from collections.abc import Iterator
from functools import partial

from config.redis import streams as redis
from shards.models import OutboxStream
from shards.outbox.streams import padded
from shards.reconcile import Finding, finds
from shards.reconcile.restores import pending


@finds("streams")
def find(alias: str) -> Iterator[Finding]:
    if pending(alias) is None:
        return
    known = dict(OutboxStream.objects.using(alias).values_list("stream", "last_id"))
    for name in sorted(redis().scan_iter(match=f"outbox:{alias}:*", _type="stream")):
        stream = name.decode()
        last_id = padded(redis().xinfo_stream(name)["last-generated-id"])
        if last_id > known.get(stream, ""):
            what = f"Redis has more in {stream} than this database ever sent; the relay fills it again"
            yield Finding(alias, "streams", what, partial(redis().delete, name))
