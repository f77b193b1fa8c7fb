"""What a comparison found, and the topics it reads."""

from dataclasses import dataclass, field

CLASSIFIED, STORIES, ALERTS, RELEASES, REPORTS, TRENDS = (
    "pasopati.items.classified.v1",
    "pasopati.stories.v1",
    "pasopati.alerts.v1",
    "pasopati.releases.v1",
    "pasopati-int.reports.v1",
    "pasopati.trends.v1",
)


@dataclass(slots=True, kw_only=True)
class Findings:
    """Each line of a list is one defect, in words."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    phantom: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.phantom or self.out_of_order)

    def __str__(self) -> str:
        lines = [", ".join(f"{name} {count}" for name, count in self.counts.items())]
        for name in ("lost", "doubled", "phantom", "out_of_order"):
            found = getattr(self, name)
            lines.append(f"{name}: {len(found)}" + "".join(f"\n    {line}" for line in found[:8]))
        return "\n".join(lines)
