"""The only room that opens, writes, renames or removes files of a site: no symbolic link is followed here."""
