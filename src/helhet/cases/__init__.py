"""The embedded cases (data only): ``skelleftea``, the default, and ``sweden``, the national rates it builds on."""
