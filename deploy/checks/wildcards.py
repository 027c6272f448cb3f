# SPDX-License-Identifier: Apache-2.0
"""Every wildcard in a policy has its reason beside it: `# wildcard: why`, on its line or in the comment right above.

Needs none: the keys of the objects in one named bucket (`arn:…:s3:::name/*`).
"""
import re

from . import template

# Where a `*` grants or forbids something.
GRANTS = {"Action", "NotAction", "Resource", "NotResource", "Principal", "AWS", "Service", "Policy"}
OBJECTS_OF_ONE_BUCKET = re.compile(r"^arn:\$\{AWS::Partition\}:s3:::[^*]+/\*$")
REASON = re.compile(r"#\s*wildcard:\s*\S.{10,}")


def check(here, templates):
    findings, counted = [], 0
    for path in templates:
        lines = path.read_text().splitlines()
        for keys, value, line in template.scalars(path):
            if not is_grant(keys, value) or OBJECTS_OF_ONE_BUCKET.match(value):
                continue
            counted += 1
            if not has_reason(lines, line):
                findings.append(f"{path.relative_to(here)}:{line + 1}: `{shown(value)}` without `# wildcard:` and a reason")
    return findings, counted


def is_grant(keys, value):
    if "*" not in value or "PolicyDocument" not in keys and "KeyPolicy" not in keys and keys[-1:] != ("Policy",):
        return False
    # Values of conditions widen a permission just as well.
    return bool(GRANTS & set(keys)) or "Condition" in keys


def has_reason(lines, line):
    """On the line, or in the comment above it, or above the key whose block scalar or list begins the statement."""
    if REASON.search(lines[line]):
        return True
    above = line - 1
    while above >= 0 and lines[above].lstrip().startswith("#"):
        if REASON.search(lines[above]):
            return True
        above -= 1
    # A JSON policy in a block scalar cannot hold comments: its resource's comment does.
    if lines[line].rstrip().endswith("|"):
        while above >= 0 and lines[above].startswith("   "):
            above -= 1
        return above > 0 and bool(REASON.search(lines[above - 1]))
    return False


def shown(value):
    return value if len(value) <= 60 else value[:57] + "…"
