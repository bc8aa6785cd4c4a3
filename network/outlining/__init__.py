"""Lists of feeds as files: OPML of any kind, plain lists and bookmarks, read and written."""
