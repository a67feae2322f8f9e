"""The kernels of the pieces: pure functions over columns, one file a piece."""
