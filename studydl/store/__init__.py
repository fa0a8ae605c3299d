"""The database: tables, connection, glance, log, migration, backup. All SQL is here."""
