"""Reading: a path or URL becomes a `Series`.

What is decided, and where: `storage` files, folders and URLs; `tables` and `delimited` formats, delimiters, headers;
`layouts` arrangements of files; `source` names of data sets and entities; `columns`, `times`, `labels` the parts of a
table; `causes` interpretation files; `ranges` row ranges; `cleaning` time order and missing values; `demo` the
built-in data set. Whatever is put right is logged; whatever is not is a `DataError` that says what to do.
"""
