"""The first day's households: who lives with whom, and in which home.

Published tables say how many live with a partner (by age and sex), how many households there are (by size) and which
homes exist; nobody publishes the households themselves. They are made so:

1. Young people leave home with the case's yearly rates of leaving home and of moving out of town (those who move in
   instead have a home of their own), so the share still at home at age a is the product of exp(-rates) from 18 to a.
2. Other adults have a partner with the case's share for their age and sex. Where couples and singles would be more
   than the published households, some singles of 41 to 64 live with another single; where fewer, the shares are scaled
   down.
   Women and men with partners are put in order of age (the men's with a spread of some years) and joined in that order.
3. A child's mother is drawn among the women who head a household: her age at the birth from the fertility table, and
   at that age mostly from the same part of them, those with a partner before those without, and of three such women
   the first who has fewer than two children.
4. Households get homes by iterative proportional fitting of household size x district x kind of home: the homes in
   each district and kind, less the vacant ones, and the number of households of each size are kept; what households of
   each size want is the starting table, tilted until each district's residents agree with the case.

Sources: iterative proportional fitting: W. E. Deming, F. F. Stephan, Ann. Math. Stat. 11 (1940) 427; its use for
synthetic populations: R. J. Beckman, K. A. Baggerly, M. D. McKay, Transportation Research A 30 (1996) 415.
Weak where nothing is published: single fathers, three generations, and how ages differ between districts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from helhet.case.ages import by_age, by_age_span, by_sex_and_age
from helhet.case.case import Case
from helhet.case.fit import integerise, ipf
from helhet.case.levels import scales
from helhet.words.dice import stream, uniform
from helhet.words.faults import Fault, Faults
from helhet.words.kernel import kernel
from helhet.words.person import AGE_STEP, CHILD, MAN, OLDEST, PARTNER, SEX_BIT, SINGLE, WOMAN

Array = np.ndarray[Any, Any]

FIRST_FUTURE = np.uint64(2**32 - 1)  # the first day is the same in every future: dice of a future that nobody else uses
FIRST_SEED = NO_YEAR = np.uint64(0)
LAST_AT_HOME = 40  # whoever still lives with parents at this age heads a household of their own here
MOTHERS = 0.85  # the share of women of an age among whom children are spread; the rest have none at home
POINTS_AT = (1, 1009, 10007)  # factors that make several pointers of one uniform number
# Rank of women by the children they have already: the next child goes to the lowest, most families having up to two.
# With MOTHERS chosen so that households of Swedish neighbours come out nearest by size (4 % in the wrong size).
FAMILY = {0: 0, 1: 0, 2: 1, 3: 2}
SPREAD = 8.0  # years over which the men's order of age is loosened


@dataclass(frozen=True)
class Households:
    """The first day's households.

    ``role`` (people,), ``lives`` (people,) the household of each person, ``kind`` (households,) the kind of its home,
    ``lived_in`` (kinds,) the homes lived in, and ``pairing`` the factor of :func:`balance`.
    """

    role: Array
    lives: Array
    kind: Array
    lived_in: Array
    pairing: float


def make(case: Case, state: Array, identity: Array, stock: Array, vacancy: Array, wanted: Array) -> Households:
    """Households of the people with ``state`` and ``identity`` (people,), put into homes.

    ``stock`` and ``vacancy`` (kinds,) are the homes and the weight with which one is vacant; ``wanted`` has shape
    (persons, kinds of a district).
    """
    tables = case.tables
    luck = np.stack([lucks(identity, stream(f"homes.first.{k}")) for k in range(6)], axis=1)
    leaving, moving, pairing, splitting, mortality = (
        by_sex_and_age(tables[name]) for name in ("leaving_home", "out_moves", "pairing", "splitting", "mortality")
    )
    number = int(tables["households"]["value"].sum())
    role = roles(state, luck[:, :2], leaving + moving, by_age_span(tables["couples"]), number)
    lives = join(state, role, luck[:, 2:], by_age(tables["fertility"]))
    sizes = np.bincount(lives)
    lived_in = occupied(stock, vacancy, len(sizes))
    residents = np.array(tables["districts"]["residents"], dtype=float)
    kind = place(sizes, lived_in, wanted, residents, wanted.shape[1])
    mortality = mortality * scales(case)["deaths"]
    return Households(role, lives, kind, lived_in, balance(state, role, pairing, splitting, mortality))


@kernel
def lucks(identity: Any, stream: int) -> Any:
    """A uniform number for each identity, for a question of the first day; shape (n,)."""
    out = np.empty(identity.shape[0])
    for i in range(identity.shape[0]):
        out[i] = uniform(FIRST_SEED, FIRST_FUTURE, stream, NO_YEAR, identity[i])
    return out


def at_home(leaving: Array) -> Array:
    """The share still in the parental home by sex and age, shape (2, OLDEST + 1), from yearly rates of leaving."""
    stay = np.exp(-leaving)
    stay[:, :18] = 1.0
    share = np.cumprod(stay, axis=1)
    share[:, LAST_AT_HOME:] = 0.0
    return np.asarray(share)


def roles(state: Array, luck: Array, leaving: Array, couples: Array, households: int) -> Array:
    """The role of each person, shape (n,): CHILD, SINGLE or PARTNER (as many women as men).

    ``luck`` has shape (n, 2); ``leaving`` and ``couples`` have shape (2, OLDEST + 1). Couples and singles together
    make ``households``: where they would be more, some singles past LAST_AT_HOME and under 65 live in another's home
    instead (as grown-up children, brothers and sisters do); where fewer, all couple shares are scaled down.
    """
    age, sex = state // AGE_STEP, state & SEX_BIT
    home = at_home(leaving)
    child = luck[:, 0] < home[sex, age]
    share = couples[sex, age] / np.maximum(1.0 - home[sex, age], 1e-9)
    adults = int((~child).sum())
    low, high = 0.0, 2.0
    for _ in range(40):
        factor = min((low + high) / 2, 1.0)
        partner = ~child & (age >= 18) & (luck[:, 1] < np.minimum(share * factor, 0.98))
        pairs = min(int((partner & (sex == WOMAN)).sum()), int((partner & (sex == MAN)).sum()))
        low, high = (factor, high) if adults - pairs > households else (low, factor)
    role = np.where(child, CHILD, SINGLE).astype(np.uint8)
    for one in (WOMAN, MAN):
        chosen = np.flatnonzero(partner & (sex == one))
        ratio = luck[chosen, 1] / np.maximum(share[chosen], 1e-9)
        role[chosen[np.argsort(ratio, kind="stable")[:pairs]]] = PARTNER
    older = np.flatnonzero((role == SINGLE) & (age > LAST_AT_HOME) & (age < 65))
    many = max(0, adults - pairs - households)
    role[older[np.argsort(luck[older, 0], kind="stable")[:many]]] = CHILD
    return role


def balance(state: Array, role: Array, pairing: Array, splitting: Array, mortality: Array) -> float:
    """The factor on ``pairing`` at which couples form as fast as they end, in the first year.

    Rates have shape (2, OLDEST + 1). Ends are separations (drawn for the woman) and deaths of either partner. No table
    tells how many couples form; that they neither multiply nor vanish from one year to the next is what we assume.
    """
    age, sex = np.minimum(state // AGE_STEP + 1, OLDEST), state & SEX_BIT
    partner, single = role == PARTNER, role == SINGLE
    ends = splitting[WOMAN, age[partner & (sex == WOMAN)]].sum() + mortality[sex, age][partner].sum()
    seeking = [float(pairing[s, age[single & (sex == s)]].sum()) for s in (WOMAN, MAN)]
    return float(ends / max(min(seeking), 1e-9))


def join(state: Array, role: Array, luck: Array, fertility: Array) -> Array:
    """The household of each person, shape (n,), numbered from 0: couples first, then singles; children with mothers.

    ``luck`` has shape (n, 4); ``fertility`` (OLDEST + 1,) gives births by the mother's age.
    """
    age, sex = state // AGE_STEP, state & SEX_BIT
    home = np.full(len(state), -1, np.int64)
    women = np.flatnonzero((role == PARTNER) & (sex == WOMAN))
    men = np.flatnonzero((role == PARTNER) & (sex == MAN))
    women = women[np.argsort(age[women] + luck[women, 0], kind="stable")]
    men = men[np.argsort(age[men] + SPREAD * (luck[men, 0] - 0.5), kind="stable")]
    home[women] = home[men] = np.arange(len(women))
    singles = np.flatnonzero(role == SINGLE)
    home[singles] = len(women) + np.arange(len(singles))
    hosts = singles if len(singles) else np.flatnonzero(home >= 0)
    if not len(hosts):
        wrong = "nobody in the town is old enough to head a household"
        raise Faults([Fault("population.csv", 0, "age", "", wrong, "Check the residents of 18 years and over.")])
    older = np.flatnonzero((role == CHILD) & (age > LAST_AT_HOME))
    home[older] = home[hosts[(luck[older, 1] * len(hosts)).astype(np.int64)]]
    children = np.flatnonzero((role == CHILD) & (age <= LAST_AT_HOME))
    births = np.cumsum(fertility) / fertility.sum()
    at_birth = np.searchsorted(births, luck[children, 1])
    mothers = _mothers_by_age(age, sex, role, luck, hosts)
    home[children] = home[_mothers(mothers, np.minimum(age[children] + at_birth, OLDEST), luck[children, 2])]
    return home


def _mothers_by_age(age: Array, sex: Array, role: Array, luck: Array, hosts: Array) -> list[Array]:
    """For each age, the women who head a household, those with a partner mostly before those without.

    Where there are none at an age, those of the nearest age at which there are; in a town without any, all ``hosts``.
    """
    key = luck[:, 3] + 0.4 * (role == SINGLE)
    out = []
    for a in range(OLDEST + 1):
        women = np.flatnonzero((age == a) & (sex == WOMAN) & (role != CHILD))
        out.append(women[np.argsort(key[women], kind="stable")])
    there = np.array([a for a in range(OLDEST + 1) if len(out[a])])
    if not len(there):
        return [hosts] * (OLDEST + 1)
    return [out[there[np.abs(there - a).argmin()]] for a in range(OLDEST + 1)]


def _mothers(mothers: list[Array], ages: Array, luck: Array) -> Array:
    """The mother of each child, given her age and the child's ``luck``.

    Of three women that luck points at, the child goes to the first with fewer than two children, else fewer than
    three, and so on: few families have many.
    """
    count: dict[int, int] = {}
    chosen = np.empty(len(ages), np.int64)
    for child, (at, u) in enumerate(zip(ages, luck, strict=True)):
        here = mothers[at]
        among = max(1.0, MOTHERS * len(here))
        candidates = [int(here[int((u * times % 1.0) * among)]) for times in POINTS_AT]
        best = min(candidates, key=lambda woman: FAMILY.get(count.get(woman, 0), 9))
        count[best] = count.get(best, 0) + 1
        chosen[child] = best
    return chosen


def occupied(stock: Array, weight: Array, households: int) -> Array:
    """How many homes of each kind are lived in, shape of ``stock``: what is left when vacancies are spread by weight.

    ``weight`` says how likely a home of the kind is to be vacant against others.
    """
    vacant = int(stock.sum()) - households
    if vacant < 0:
        wrong = f"{households} households were made but there are only {int(stock.sum())} homes"
        raise Faults([Fault("households.csv", 0, "value", "", wrong, "Give fewer households, or more homes.")])
    spread = stock * weight
    share = np.minimum(vacant / max(spread.sum(), 1e-9), 1.0 / np.maximum(weight, 1e-9))
    wanted = np.minimum(spread * share, stock)
    if wanted.sum() < vacant:
        wanted += (stock - wanted) * (vacant - wanted.sum()) / (stock - wanted).sum()
    return np.asarray(stock - np.minimum(integerise(wanted, vacant), stock))


def place(sizes: Array, lived_in: Array, wanted: Array, residents: Array, kinds: int) -> Array:
    """The kind of home of each household, shape (households,).

    ``sizes`` are persons by household, ``lived_in`` occupied homes by kind (districts * kinds), ``wanted`` what
    households of 1, 2, … persons look for (persons, kinds), ``residents`` by district.
    """
    group = np.minimum(sizes, len(wanted)) - 1
    number = np.bincount(group, minlength=len(wanted)).astype(float)
    mean = np.bincount(group, weights=sizes, minlength=len(wanted)) / np.maximum(number, 1)
    tilt = np.zeros(len(residents))
    for _ in range(60):
        lean = np.exp(np.outer(mean - 2.0, tilt))  # (persons, districts)
        seed = (wanted[:, None, :] + 1e-4) * lean[:, :, None]
        table = ipf(seed.reshape(len(wanted), -1), (number, lived_in.astype(float)))
        people = (table.reshape(len(wanted), len(residents), kinds).sum(axis=2) * mean[:, None]).sum(axis=0)
        tilt += 0.6 * np.log(np.maximum(residents, 1.0) / np.maximum(people, 1.0))
    return _hand_out(table, group, lived_in)


def _hand_out(table: Array, group: Array, lived_in: Array) -> Array:
    """Kinds by household: the whole part of the fitted table first, then what is left over, size by size."""
    whole = np.floor(table).astype(np.int64)
    left = lived_in.astype(np.int64) - whole.sum(axis=0)
    kind = np.empty(len(group), np.int64)
    waiting = []
    for g in range(len(table)):
        members = np.flatnonzero(group == g)
        given = np.repeat(np.arange(table.shape[1]), whole[g])[: len(members)]
        kind[members[: len(given)]] = given
        waiting.append(members[len(given) :])
    rest = np.concatenate(waiting)
    kind[rest] = np.repeat(np.arange(table.shape[1]), np.maximum(left, 0))[: len(rest)]
    return kind
