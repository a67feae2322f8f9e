"""A person in one byte: ``state = age * AGE_STEP + sex``, where sex is ``WOMAN`` or ``MAN``.

Age is the age reached on 31 December. A row whose state is ``EMPTY`` or more holds nobody. The role in the household
is a column of its own (``people.role``).
"""

from __future__ import annotations

AGE_STEP = 2
SEX_BIT = 1
WOMAN, MAN = 0, 1
OLDEST = 110
EMPTY = 254
STATES = 256

# Roles in the household: a child in the parental home, the only adult of a household, one of a couple, and somebody
# who lives in another's home for want of a home of their own.
CHILD, SINGLE, PARTNER, GUEST = 0, 1, 2, 3
ROLES = 4
