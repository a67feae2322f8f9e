"""The plant's outcomes and those who judge them, in words."""

from __future__ import annotations

from helhet.show.voice import Voice


def outcome_words(voice: Voice) -> dict[str, str]:
    """The plant's outcomes in words."""
    return {
        "full": voice.say("full, about on time"),
        "delayed": voice.say("delayed"),
        "smaller": voice.say("smaller"),
        "cancelled": voice.say("cancelled before operation"),
        "collapse": voice.say("collapses after ramp-up"),
    }


def judge_name(voice: Voice, judge: str) -> str:
    """The name of who judges, for the judges that the default case knows; others by their short name."""
    names = {
        "default": voice.say("Our judgement"),
        "company": voice.say("The company's word"),
        "sceptic": voice.say("The sceptic"),
        "reference_class": voice.say("Other announced plants"),
    }
    return names.get(judge, judge.replace("_", " ").replace("-", " ").capitalize())
