"""Reporting: the pictures, pages and tables that people look at.

content.py     what a report says, as plain arrays and tables
catalogue.py   metrics by the names under which people see them
event_pages.py what is said of each event
figures/       pictures for files (matplotlib)
terminal.py    tables and summaries for a terminal
report.py      report.html, one file that works without network
comparison.py  compare.html, several runs on the same labels
"""
