"""Recorded profile: what a run keeps of what was understood of its data."""

from __future__ import annotations

from mtadgat.data.profile import Profile
from mtadgat.tracking import names
from mtadgat.tracking.protocols import Tracker


def record_profile(tracker: Tracker, profile: Profile) -> None:
    """Record a profile as JSON, and what is doubtful as a tag by which runs can be filtered.

    Args:
        tracker: of the run that works on the rows.
        profile: what was understood of them; several splits with the same rows have one.
    """
    for split in profile.splits:
        tracker.log_json(profile.to_dict(), names.profile_file(split))
    if profile.doubtful:
        tracker.set_tags({names.TAG_DOUBTFUL: "\n".join(profile.doubtful)})
