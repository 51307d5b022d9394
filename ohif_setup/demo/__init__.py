"""Stand-ins of Entra ID and of the Azure services on loopback, and the faults that they can show."""
