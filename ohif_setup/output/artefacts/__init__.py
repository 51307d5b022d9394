"""The artefacts of every site, one module for each. Routes and web servers have their own."""
