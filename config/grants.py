"""What each kind of database user may do, stated once: for `manage.py grants` and for the local servers.

`migrate` makes tables and routines; `app` is what web processes and workers connect as, and cannot change a table's
shape; `read` looks. Routines run with their caller's rights (SQL SECURITY INVOKER), so `app` holds rights on rows too.
"""

from collections.abc import Iterator

MIGRATE, APP, READ = "migrate", "app", "read"
RIGHTS = {
    MIGRATE: "ALL PRIVILEGES",
    APP: "SELECT, INSERT, UPDATE, DELETE, EXECUTE",
    READ: "SELECT, SHOW VIEW",
}
# What a database's page in the admin shows: statements without their values, and how often indexes are read.
SUMMARIES = ("events_statements_summary_by_digest", "table_io_waits_summary_by_index_usage")
BESIDE = "_schema_diff"  # what the database that `schema_diff` makes beside another is called


def grants(role: str, database: str, account: str) -> Iterator[str]:
    """`account` is 'user'@'host', quoted. In a GRANT an underscore of a database's name stands for any character."""
    names = [database, database + BESIDE] if role == MIGRATE else [database]
    for table in SUMMARIES if role == APP else ["*"]:
        yield f"GRANT SELECT ON `performance_schema`.{table} TO {account}"
    for name in names:
        yield f"GRANT {RIGHTS[role]} ON `{name.replace('_', chr(92) + '_')}`.* TO {account}"
