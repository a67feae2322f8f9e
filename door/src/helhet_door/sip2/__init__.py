"""The line to the library system: SIP2 2.00, asked for one thing only.

In the order in which bytes pass: ``frame`` (lines, seals), ``messages`` (what is said), ``connection`` (one talk at a
time), ``line`` (the talks kept alive, and ``ask``). ``library`` is the settings, ``trouble`` what can go wrong.
"""

from helhet_door.sip2.library import Library
from helhet_door.sip2.line import Line

__all__ = ["Library", "Line"]
