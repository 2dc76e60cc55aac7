"""The report as JSON takes it, and back: the format that `polykeras plugins --json` prints and docs/plugins.md tells.

A field may be added to a format; one that is removed, renamed or changes its meaning makes another format.
"""

from __future__ import annotations

from typing import Any

from polykeras.plugins.report import ChoiceFacts, FrameworkFacts, PluginFacts, Report, State

FORMAT = 1


def to_json(report: Report) -> dict[str, Any]:
    """Return `report` as dicts, lists and texts."""
    return {
        "format": FORMAT,
        **report._asdict(),
        "choice": report.choice._asdict(),
        "plugins": [
            {
                **plugin._asdict(),
                "framework": None if plugin.framework is None else plugin.framework._asdict(),
                "state": plugin.state.value,
            }
            for plugin in report.plugins
        ],
    }


def from_json(facts: dict[str, Any]) -> Report:
    """Return the report that `to_json` made `facts` of."""
    rest = {key: value for key, value in facts.items() if key != "format"}
    rest["choice"] = ChoiceFacts(**facts["choice"])
    rest["plugins"] = [_plugin(plugin) for plugin in facts["plugins"]]
    return Report(**rest)


def _plugin(facts: dict[str, Any]) -> PluginFacts:
    framework = facts["framework"]
    changed = {
        "framework": None if framework is None else FrameworkFacts(**framework),
        "state": State(facts["state"]),
    }
    return PluginFacts(**facts | changed)
