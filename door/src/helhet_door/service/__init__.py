"""The process at a branch: everything above put together, and what watches over it."""
