"""Any broker that Kombu speaks as the outbox' transport, RabbitMQ first of all.

Events go to one durable exchange, `outbox`, under the name of their stream as routing key, persistent and confirmed;
the message id is the event id, the headers hold what the envelope is addressed by. Each of the platform's own consumers
has a durable queue for each stream, `<consumer>:<stream>`, which the publisher declares before its first event, so that
nothing is dropped. Others bind queues of their own.

A broker that loses its queues is not noticed at once, as a flushed Redis is: consumers miss numbers, and read the log
then, or when `outbox.catch_up` finds what they should have handled.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import amqp.exceptions
from kombu import Connection, Exchange, Message, Producer, Queue
from kombu.exceptions import OperationalError

from shards.outbox.procedures import Claimed
from shards.outbox.registry import Event, consumed_domains, consumers
from shards.outbox.streams import decode, encode, stream_of, streams_of
from shards.outbox.transport import Delivery, Refused, TransportDown

EXCHANGE = Exchange("outbox", type="direct", durable=True)
BATCH = 200
SECONDS = 5  # to connect, and to wait for a confirmation


class Broker:
    def __init__(self, url: str) -> None:
        self.url = url
        self.of_thread = threading.local()  # Kombu's connections are not for several threads

    def append(self, source: str, events: Iterable[Claimed], expected: dict[str, str]) -> dict[str, str]:
        with self._connected() as connection:
            producer = self._producer(connection)
            for event in events:
                self._publish(producer, source, event)
        return {}

    def with_entries(self, consumer: str, alias: str) -> list[str]:
        streams = [stream for domain in consumed_domains(consumer) for stream in streams_of(alias, domain)]
        with self._connected() as connection, connection.channel() as channel:
            return [stream for stream in streams if _declared(channel, consumer, stream).message_count]

    def deliveries(self, consumer: str, stream: str) -> Iterator[Delivery]:
        """Closing the channel gives back what was not acknowledged."""
        with self._connected() as connection, connection.channel() as channel:
            queue = _queue(consumer, stream).bind(channel)
            while messages := _taken(queue):
                yield Delivery([_event(stream, message) for message in messages], partial(_acknowledge, messages))

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """This thread's connection; one that failed is left, and the next call connects anew."""
        connection: Any = self._connection()
        try:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=SECONDS)  # else it tries for minutes
            yield connection
        except amqp.exceptions.MessageNacked as error:
            raise Refused(f"not taken: {error}") from error
        except connection.channel_errors as error:
            self._forget()
            raise Refused(str(error)) from error
        except (*connection.connection_errors, OperationalError, OSError) as error:
            self._forget()
            raise TransportDown(str(error)) from error

    def _publish(self, producer: Producer, source: str, event: Claimed) -> None:
        stream = stream_of(source, event.domain, event.partition_key)
        if stream not in self.of_thread.declared:
            for consumer in consumers():
                if event.domain in consumed_domains(consumer):
                    _declared(producer.channel, consumer, stream)
            self.of_thread.declared.add(stream)
        producer.publish(
            encode(event),
            routing_key=stream,
            delivery_mode=2,  # persistent
            content_type="application/json",
            content_encoding="utf-8",
            message_id=str(event.event_id),
            headers={
                "domain": event.domain,
                "partition_key": event.partition_key,
                "sequence_no": event.sequence_no,
                "event_type": event.event_type,
                "schema_version": event.schema_version,
            },
            confirm_timeout=SECONDS,
        )

    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self.of_thread, "connection", None)
        if connection is None:
            connection = Connection(self.url, connect_timeout=SECONDS, transport_options={"confirm_publish": True})
            self.of_thread.connection = connection
            self.of_thread.producer = None
            self.of_thread.declared = set()
        return connection

    def _producer(self, connection: Connection) -> Producer:
        if self.of_thread.producer is None:
            self.of_thread.producer = Producer(connection.channel(), exchange=EXCHANGE, auto_declare=True)
        return self.of_thread.producer

    def _forget(self) -> None:
        """The next call connects anew."""
        connection, self.of_thread.connection = self.of_thread.connection, None
        with suppress(Exception):
            connection.release()


def _queue(consumer: str, stream: str) -> Queue:
    return Queue(f"{consumer}:{stream}", exchange=EXCHANGE, routing_key=stream, durable=True)


def _declared(channel: Any, consumer: str, stream: str) -> Any:
    """Declares queue and binding, if they are not there; the broker's answer has message_count."""
    queue = _queue(consumer, stream).bind(channel)
    queue.exchange.declare()
    answer = queue.queue_declare()
    queue.queue_bind()
    return answer


def _taken(queue: Any) -> list[Message]:
    messages: list[Message] = []
    while len(messages) < BATCH and (message := queue.get(no_ack=False)):
        messages.append(message)
    return messages


def _acknowledge(messages: list[Message]) -> None:
    for message in messages:
        message.ack()


def _event(stream: str, message: Message) -> Event:
    body: Any = message.body  # text or bytes, as the transport likes
    return decode(stream, {b"event": body})
