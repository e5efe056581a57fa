"""Keeping what was collected: backups, putting them back, and a look at whether all is well."""
