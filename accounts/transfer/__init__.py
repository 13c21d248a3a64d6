"""One account's rows of its shard, as JSON lines, and into a shard that has none of them.

The first line says whose they are, each other line is a row, the last one how many there are, with their digest.
Nothing is left out, secrets in the form that the database keeps them in; auto-increment keys are, because they never
leave a shard. The outbox' counters stay, too: each database numbers and consumes its own events.
"""
