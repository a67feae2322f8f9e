"""The rules in force: the last that the centre signed for this branch. Before there are any, the branch is closed."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from helhet_door.rules.model import Day, Rules, Settings, Week
from helhet_door.rules.signed import NotTaken, verify
from helhet_door.words.wire import Signed

CLOSED = Day()


def no_rules(branch: str) -> Rules:
    """Closed on every day, to everybody."""
    week = Week((CLOSED, CLOSED, CLOSED, CLOSED, CLOSED, CLOSED, CLOSED))
    return Rules(0, "", Settings(branch, {}, "", week))


class Obeyed:
    """Takes rules, and says whose rights have shrunk with them."""

    def __init__(self, branch: str, key: Ed25519PublicKey) -> None:
        self._branch = branch
        self._key = key
        self.rules = no_rules(branch)

    def start(self, kept: Signed | None) -> str | None:
        """Take up the rules that were kept; a word where they cannot be taken."""
        if kept is None:
            return None
        try:
            self.rules = verify(kept, self._key, self._branch, 0)
        except NotTaken as not_taken:
            return not_taken.why
        return None

    def newer(self, signed: Signed) -> Rules:
        """The rules in ``signed``, not yet in force. Raises :class:`NotTaken`."""
        return verify(signed, self._key, self._branch, self.rules.serial + 1)

    def take(self, rules: Rules) -> set[str]:
        """From now on ``rules`` hold; the tags of cards that may do less than before."""
        before, after = self.rules.lists, rules.lists
        self.rules = rules
        changed = {tag for tag, old in before.agreements.items() if after.agreements.get(tag) != old}
        return changed | (after.suspended.keys() - before.suspended.keys())
