"""The tables of tutorials and how long their rows stay."""

from shards.retention import stays

stays("at most one row an account and step", "table_tutorial_progress", "table_tutorial_steps")
