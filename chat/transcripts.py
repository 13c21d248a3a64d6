"""That an operator read what a user wrote is a row before it is read."""

from django.http import HttpRequest

from chat.models import ChatRoom, ChatTranscriptRead
from config.databases import shard_id_of
from config.middleware import address_of


def record_reading(request: HttpRequest, room: ChatRoom, alias: str) -> None:
    ChatTranscriptRead.objects.create(
        operator_db_key=int(request.user.pk or 0),
        account_db_key=room.account_db_key,
        shard_id=shard_id_of(alias) or 0,
        room_id=room.room_id,
        client_address=address_of(request),
    )
