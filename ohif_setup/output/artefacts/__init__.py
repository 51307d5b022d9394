"""What every site has, one file per artefact: its name, and what its template needs. Routes and web servers have their own."""
