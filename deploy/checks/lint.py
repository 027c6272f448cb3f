# SPDX-License-Identifier: Apache-2.0
"""cfn-lint finds nothing, errors and warnings alike, and every exception in a template says why."""
import json
import subprocess

from . import template, tools


def check(here, templates, folder):
    lint = tools.cfn_lint(folder)
    done = subprocess.run([lint, "--format", "json", *map(str, templates)], capture_output=True, text=True)
    try:
        found = json.loads(done.stdout or "[]")
    except ValueError:
        return [done.stderr.strip() or done.stdout.strip()]
    findings = [
        f"{each['Rule']['Id']} {each['Filename']}:{each['Location']['Start']['LineNumber']}: {each['Message']}"
        for each in found
    ]
    if done.returncode and not findings:
        findings.append(f"cfn-lint ended with {done.returncode}: {done.stderr.strip()}")
    for path in templates:
        findings += [f"{path.relative_to(here)}: {what}" for what in unexplained(template.as_data(path), "the template")]
    return findings


def unexplained(data, name):
    """Exceptions without a `LintReason` beside them."""
    metadata = data.get("Metadata", {})
    if "cfn-lint" in metadata and not metadata.get("LintReason"):
        yield f"{name} ignores rules of cfn-lint without a LintReason"
    for key, resource in data.get("Resources", {}).items():
        if isinstance(resource, dict):
            yield from unexplained(resource, key)
