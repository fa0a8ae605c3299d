"""Joins the rooms: library, queue, question, session, supply."""
