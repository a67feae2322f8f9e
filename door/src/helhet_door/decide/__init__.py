"""Pure functions: who may come in and why not, and what the door and the branch do next."""
