"""What people type and paste: addresses, GUIDs, text of a portal. Pure; every fault is a ValueError that says what was expected."""
