"""Reporting: the pictures, pages and tables that people look at. It formats metrics and computes none.

content.py          everything that a report says, as plain arrays and tables
assembly.py         that content, from an evaluation
baseline_tables.py  metrics by their usual names, beside those of the baselines
event_pages.py      what a report says about each event
report.py           report.html, one file that works without network
comparison.py       compare.html, several runs on the same labels
figures/            pictures for files (matplotlib)
"""
