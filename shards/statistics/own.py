"""The figures of the spine itself."""

from shards.statistics import counts

counts(accounts="COUNT(*)")("table_account_residence WHERE state = 'active'")
