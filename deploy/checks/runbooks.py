# SPDX-License-Identifier: Apache-2.0
"""Each alarm names a runbook that is there, each runbook has an alarm, and each says what an operator needs."""
import re

from . import template

NAMED = re.compile(r"\$\{RunbookUrl\}/([a-z-]+\.md)")
SECTIONS = ("## What it means", "## Look here", "## Do this", "## When to wake someone")


def check(here, templates):
    findings, named, alarms = [], set(), 0
    for path in templates:
        for name, resource in template.as_data(path).get("Resources", {}).items():
            if resource.get("Type") != "AWS::CloudWatch::Alarm":
                continue
            alarms += 1
            books = NAMED.findall(str(resource["Properties"].get("AlarmDescription")))
            if len(books) != 1:
                findings.append(f"{path.relative_to(here)}: {name} names {len(books)} runbooks")
            named.update(books)
    there = {path.name: path for path in (here / "runbooks").glob("*.md")}
    findings += [f"runbooks/{name} is named by an alarm and missing" for name in sorted(named - set(there))]
    findings += [f"runbooks/{name} belongs to no alarm" for name in sorted(set(there) - named)]
    for name, path in sorted(there.items()):
        text = path.read_text()
        findings += [f"runbooks/{name} has no `{section}`" for section in SECTIONS if section not in text]
    return findings, alarms, len(there)
