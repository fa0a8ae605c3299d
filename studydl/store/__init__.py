"""The database: tables, connection, glance, log, migration, backup. All SQL is here."""

ME = "me"  # the one learner there is for now
