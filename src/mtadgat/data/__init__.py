"""Data: a path or URL becomes a `Series`, and tables are written to a path or URL.

`reader.read` is the door. What is decided, and where: `storage` files, folders and URLs; `formats` the kind of file,
delimiters, headers; `layouts` arrangements of files; `source` names of data sets and entities; `columns`, `times`,
`labels` which columns hold what; `causes` interpretation files; `rows` row ranges, time order and missing
values; `demo` the built-in data set. Whatever is corrected is logged; whatever cannot be is a `DataError` that says
what to do.
"""
