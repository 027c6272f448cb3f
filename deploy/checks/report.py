# SPDX-License-Identifier: Apache-2.0
"""What a check says: it holds, it does not (with findings), or it could not be looked at (with a reason)."""
import json
from dataclasses import dataclass, field


@dataclass
class Result:
    part: str
    looked_at: str
    findings: list[str] = field(default_factory=list)
    skipped: str = ""
    seconds: float = 0.0

    @property
    def word(self):
        return "skipped" if self.skipped else "FAILED" if self.findings else "ok"


def as_table(results):
    rows = [(each.part, each.word, each.looked_at, f"{each.seconds:.1f} s") for each in results]
    rows.insert(0, ("part", "result", "looked at", "time"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    for each in results:
        if each.skipped:
            lines.append(f"\n{each.part}: skipped: {each.skipped}")
        elif each.findings:
            lines.append(f"\n{each.part}:")
            lines += [f"  {finding}" for finding in each.findings]
    return "\n".join(lines)


def as_json(results):
    return json.dumps(
        {
            "ok": not any(each.findings for each in results),
            "parts": [
                {"part": each.part, "result": each.word.lower(), "looked_at": each.looked_at,
                 "findings": each.findings, "skipped": each.skipped, "seconds": round(each.seconds, 2)}
                for each in results
            ],
        },
        indent=2,
    )
