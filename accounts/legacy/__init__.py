"""What `manage.py import_legacy` makes of the earlier platform's accounts, profiles, plans, keys and cash."""
