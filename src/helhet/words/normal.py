"""The standard normal distribution, compiled: the same numbers one by one and a million at a time.

On one machine they are those of :class:`statistics.NormalDist`, which does its sums in the same order.

.. [1] M. J. Wichura: Algorithm AS 241: the percentage points of the normal distribution. Applied Statistics 37(3),
   477-484 (1988). Relative error about 1e-16.
"""

from __future__ import annotations

import math
from typing import Any

from helhet.words.kernel import kernel

ROOT2 = math.sqrt(2.0)

# The coefficients of AS 241, highest power first: numerator and denominator of a ratio of polynomials in r.
A = (
    2.5090809287301226727e3,
    3.3430575583588128105e4,
    6.7265770927008700853e4,
    4.5921953931549871457e4,
    1.3731693765509461125e4,
    1.9715909503065514427e3,
    1.3314166789178437745e2,
    3.3871328727963666080e0,
)
B = (
    5.2264952788528545610e3,
    2.8729085735721942674e4,
    3.9307895800092710610e4,
    2.1213794301586595867e4,
    5.3941960214247511077e3,
    6.8718700749205790830e2,
    4.2313330701600911252e1,
    1.0,
)
C = (
    7.74545014278341407640e-4,
    2.27238449892691845833e-2,
    2.41780725177450611770e-1,
    1.27045825245236838258e0,
    3.64784832476320460504e0,
    5.76949722146069140550e0,
    4.63033784615654529590e0,
    1.42343711074968357734e0,
)
D = (
    1.05075007164441684324e-9,
    5.47593808499534494600e-4,
    1.51986665636164571966e-2,
    1.48103976427480074590e-1,
    6.89767334985100004550e-1,
    1.67638483018380384940e0,
    2.05319162663775882187e0,
    1.0,
)
E = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    1.24266094738807843860e-3,
    2.65321895265761230930e-2,
    2.96560571828504891230e-1,
    1.78482653991729133580e0,
    5.46378491116411436990e0,
    6.65790464350110377720e0,
)
F = (
    2.04426310338993978564e-15,
    1.42151175831644588870e-7,
    1.84631831751005468180e-5,
    7.86869131145613259100e-4,
    1.48753612908506148525e-2,
    1.36929880922735805310e-1,
    5.99832206555887937690e-1,
    1.0,
)


@kernel
def _both(over: Any, under: Any, r: Any) -> Any:
    """Two polynomials of degree seven at ``r``, together."""
    top, bottom = over[0], under[0]
    for power in range(1, 8):
        top = top * r + over[power]
        bottom = bottom * r + under[power]
    return top, bottom


@kernel
def quantile(p: Any) -> Any:
    """The number that a standard normal is below with probability ``p`` (0 < p < 1) [1]_."""
    q = p - 0.5
    if abs(q) <= 0.425:
        top, bottom = _both(A, B, 0.180625 - q * q)
        return top * q / bottom
    r = math.sqrt(-math.log(p if q <= 0.0 else 1.0 - p))
    if r <= 5.0:
        top, bottom = _both(C, D, r - 1.6)
    else:
        top, bottom = _both(E, F, r - 5.0)
    return -top / bottom if q < 0.0 else top / bottom


@kernel
def below(z: Any) -> Any:
    """The probability that a standard normal is below ``z``."""
    return 0.5 * (1.0 + math.erf(z / ROOT2))
