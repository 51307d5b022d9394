"""The only room that opens, writes, renames or removes files of a site; it never follows a symbolic link."""
