"""Whether a run may be added to a store: only to one made of the same case by the same program."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from helhet.results.manifest import NAME, Manifest
from helhet.words.faults import Fault, Faults


def merge(old: Manifest, new: Manifest, folder: Path) -> Manifest:
    """The manifest of the store in ``folder`` after the run ``new`` is added to what ``old`` says is there.

    Raises :class:`Faults`, one for each thing that differs, when the two must not share a folder.
    """
    pairs = [
        ("created_by", old.created_by, new.created_by, "version of helhet"),
        ("model", old.model, new.model, "program files"),
        ("seed", old.seed, new.seed, "seed"),
        ("years", old.years, new.years, "number of years"),
        ("chunk", old.chunk, new.chunk, "number of futures in a file"),
        ("case.id", old.case.id, new.case.id, "case"),
        ("case.digest", old.case.digest, new.case.digest, "content of the case"),
        ("case.base_date", old.case.base_date, new.case.base_date, "base date"),
        ("case.prior", old.case.prior, new.case.prior, "prior"),
    ]
    different = [(field, str(a), str(b), what) for field, a, b, what in pairs if a != b]
    if old.outcomes != new.outcomes or old.districts != new.districts:
        different.append(("outcomes", "", "", "set of outcomes or districts"))
    if old.settings != new.settings:
        changed = sorted({s.key for s in set(old.settings) ^ set(new.settings)})
        different.append(("settings", ", ".join(changed), "", "value of settings"))
    before = {plan.id: plan for plan in old.plans}
    for plan in new.plans:
        if plan.id in before and before[plan.id].starts != plan.starts:
            different.append(("plans", plan.id, "", "measures of the plan"))
    if different:
        cure = "Choose another folder with --out, or write over these results with --fresh."
        path = str(folder / NAME)
        raise Faults([Fault(path, 0, field, a, _differs(what, b), cure) for field, a, b, what in different])
    added = tuple(plan for plan in new.plans if plan.id not in before)
    return dataclasses.replace(old, plans=old.plans + added, futures=max(old.futures, new.futures))


def _differs(what: str, asked: str) -> str:
    return f"the results there were made with another {what}" + (f" than {asked}" if asked else "")
