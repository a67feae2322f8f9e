"""What hangs together: answers that cannot be at once are changed until they can."""

from __future__ import annotations

ALARMED = ("arm_requested", "armed", "disarm_requested")
OPEN = ("open_plus", "staffed", "warning")
EMPTY = ("armed", "closed")
"""States in which nobody is in the house, and the count begins anew."""

LATER = ("fault", "closed", "arm_requested")
"""States that come about only when more than ten seconds have gone by."""


def settled(drawn: dict[str, str]) -> dict[str, str]:
    """Answers that ``decide`` can be given: a PIN that was not given is nobody's, and so on."""
    if drawn["pin"] == "empty":
        drawn["staff_pin"] = "wrong"
        drawn["characters"] = "legal" if drawn["characters"] == "illegal_pin" else drawn["characters"]
    if drawn["staff_card"] == "none":
        drawn |= {"staff_dates": "in", "staff_hours": "in", "staff_pin": "wrong", "staff_disarms": "no"}
    if drawn["agreement"] == "none":
        drawn |= {"age_agreed": "of_age", "consent": "no"}
    if drawn["consent_helps"] == "no" and drawn["age_told"] == "consent_age":
        drawn["age_told"] = "too_young"
    if drawn["alarm"] == "none" and drawn["branch"] in ALARMED:
        drawn["alarm"] = "off"
    return drawn


def staged(drawn: dict[str, str]) -> dict[str, str]:
    """Answers that a branch with a clock, a schedule and an alarm can come to by itself, and a person by visits."""
    drawn = settled(drawn)
    if drawn["house"] == "count_lost":
        drawn["house"] = "full"
    drawn |= _by_schedule(drawn)
    if drawn["evacuation"] == "yes":
        drawn |= {"branch": "evacuation", "alarm": "off" if drawn["alarm"] == "unknown" else drawn["alarm"]}
    elif drawn["locked_list"] == "yes" and drawn["day"] == "open":
        drawn["branch"] = "locked_by_staff"
    if drawn["branch"] in EMPTY and drawn["house"] == "full":
        drawn["house"] = "room"
    return drawn | _calm(drawn) | _past(drawn)


def _by_schedule(drawn: dict[str, str]) -> dict[str, str]:
    """State, hours and alarm that go together."""
    shut = {"day": drawn["day"] if drawn["day"] != "open" else "outside", "last_entry": "no"}
    match drawn["branch"]:
        case "evacuation":
            return {"evacuation": "yes", **({} if drawn["day"] == "open" else shut)}
        case "locked_by_staff":
            return {"locked_list": "yes", "day": "open"}
        case "armed":
            return shut | {"alarm": "armed"}
        case "arm_requested":
            return shut | {"alarm": "off"}
        case "clearing":
            return shut | {"alarm": drawn["alarm"] if drawn["alarm"] in ("none", "off") else "off"}
        case "closed":
            return shut | {"alarm": "none"}
        case "disarm_requested":
            return {"day": "open", "alarm": "armed", "last_entry": "no"}
        case "fault":
            return {"alarm": "unknown", "last_entry": "no"}
    if drawn["day"] != "open":
        state = {"none": "clearing", "off": "clearing", "armed": "armed", "unknown": "fault"}[drawn["alarm"]]
        return {"branch": state, "last_entry": "no"}
    if drawn["alarm"] in ("armed", "unknown"):
        return {"branch": "disarm_requested" if drawn["alarm"] == "armed" else "fault", "last_entry": "no"}
    return {"branch": "open_plus"} if drawn["last_entry"] == "yes" and drawn["branch"] == "staffed" else {}


def _calm(drawn: dict[str, str]) -> dict[str, str]:
    """Where the clock or the disk is wrong, the branch is in ordinary hours: both are told of it by the same box."""
    if drawn["clock_trusted"] == "yes" and drawn["stored"] == "yes":
        return {}
    calm = {"house": "not_counted", "same_card": "no"}
    return calm if drawn["evacuation"] == "yes" or drawn["locked_list"] == "yes" else calm | _ordinary(drawn)


def _ordinary(drawn: dict[str, str]) -> dict[str, str]:
    return {"branch": "open_plus" if drawn["branch"] not in OPEN else drawn["branch"], "day": "open", "alarm": "none"}


def _past(drawn: dict[str, str]) -> dict[str, str]:
    """Earlier visits that were possible: only who was let in has been let in, only what was asked was guessed."""
    cut = "no" in (drawn["reader_secure"], drawn["line_whole"])
    unread = cut or drawn["characters"] == "illegal_card"
    past: dict[str, str] = {}
    if unread:
        past |= {"card_limited": "no", "recent": "no", "same_card": "no"}
    if "yes" in (drawn["card_limited"], drawn["reader_limited"]) or drawn["branch"] in LATER:
        past["same_card"] = "no"
    if not _a_member_before(drawn):
        past["recent"] = "no"
    return past


def _a_member_before(drawn: dict[str, str]) -> bool:
    """Whether the person can have come in as a member by the agreement that they have, and nothing was taken back."""
    agreed = drawn["agreement"] != "none" and (drawn["age_agreed"] == "of_age" or drawn["consent"] == "yes")
    withdrawn = drawn["suspension"] in ("running", "last_day")
    staff = (drawn["staff_dates"], drawn["staff_hours"], drawn["staff_pin"]) == ("in", "in", "right")
    keyed = drawn["pin"] == "given" and drawn["characters"] == "legal"
    return agreed and not withdrawn and not staff and keyed
