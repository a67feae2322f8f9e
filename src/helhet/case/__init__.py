"""Reading a case folder, checking it, and drawing its uncertain numbers."""
