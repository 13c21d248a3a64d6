"""Backup and restore of one database: its tables and rows, in files that the mysql client reads, too.

A folder holds `schema.sql.gz`, a `<table>.sql.gz` for each table, and `manifest.json` with the rows and the digest of
each file. The manifest is written last and the folder gets its name after that, so whatever was cut off is no backup.
Routines are not in it: they belong to the code (DESIGN section 3), and restoring installs what `sql/` holds.

No dump program is used: a clean Debian has none beside its server, and MariaDB's does not restore on MySQL, nor the
other way round. All values are text or hexadecimal digits here, so a backup of one engine can be looked at with the
other.
"""
