# SPDX-License-Identifier: Apache-2.0
"""The rule pack: our templates pass it, its own tests pass, and each rule finds its defect in our templates."""
import copy
import json
import re
import subprocess
import tempfile
from pathlib import Path

import yaml

from . import template, tools

RULE = re.compile(r"^rule (genai_\w+)", re.MULTILINE)
LENS = re.compile(r"<< \[(?:A?GEN[A-Z]*\d\d(?:, )?)+\] .+ Fix: .+ >>")


def rules(here):
    return RULE.findall((here / "guard" / "genai.guard").read_text())


def validate(guard, pack, paths):
    """For each file the rules that failed, passed and did not apply."""
    command = [guard, "validate", "--rules", str(pack), "--structured", "--output-format", "json", "--show-summary", "none"]
    for path in paths:
        command += ["--data", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    try:
        reports = json.loads(done.stdout)
    except ValueError:
        raise tools.Unavailable(f"cfn-guard said: {done.stderr.strip() or done.stdout.strip()}") from None
    verdicts = {}
    for report in reports:
        failed = {each["Rule"]["name"] for each in report["not_compliant"]}
        verdicts[Path(report["name"]).resolve()] = (failed, set(report["compliant"]), set(report["not_applicable"]))
    return verdicts


def check_templates(here, templates, folder):
    verdicts = validate(tools.cfn_guard(folder), here / "guard" / "genai.guard", templates)
    findings = []
    for path in templates:
        failed = verdicts[path.resolve()][0]
        findings += [f"{path.relative_to(here)}: {rule}" for rule in sorted(failed)]
    return findings


def check_tests(here, folder):
    """Every rule has a passing, a failing and a skipped case, and cfn-guard agrees with all of them."""
    guard, pack = tools.cfn_guard(folder), here / "guard" / "genai.guard"
    findings, seen = [], {}
    for path in sorted((here / "guard" / "tests").glob("*.yaml")):
        done = subprocess.run([guard, "test", "--rules-file", str(pack), "--test-data", str(path)], capture_output=True, text=True)
        if done.returncode:
            said = re.findall(r"(genai_\w+: Expected = \w+, Evaluated = \[.*?\])", done.stdout)
            findings += [f"{path.name}: {what}" for what in said] or [f"{path.name}: {done.stderr.strip()}"]
        for case in yaml.safe_load(path.read_text()):
            for rule, outcome in case["expectations"]["rules"].items():
                seen.setdefault(rule, set()).add(outcome)
    for rule in rules(here):
        for outcome in sorted({"PASS", "FAIL", "SKIP"} - seen.get(rule, set())):
            findings.append(f"{rule} has no test that expects {outcome}")
    findings += [f"{rule} is tested but not a rule" for rule in sorted(set(seen) - set(rules(here)))]
    for line in pack.read_text().splitlines():
        if line.strip().startswith("<<") and not LENS.search(line):
            findings.append(f"a message without lens id and fix: {line.strip()}")
    return findings


def check_defects(here, folder):
    """Exactly the rule that a defect is for must fail on the template that has it."""
    guard, pack = tools.cfn_guard(folder), here / "guard" / "genai.guard"
    defects = yaml.safe_load((here / "guard" / "defects.yaml").read_text())
    findings = [f"{rule} has no defect" for rule in rules(here) if rule not in {each["rule"] for each in defects}]
    with tempfile.TemporaryDirectory() as scratch:
        files = {}
        for number, defect in enumerate(defects):
            sound = template.as_data(here / defect["template"])
            path = Path(scratch) / f"{number:02}.json"
            try:
                path.write_text(json.dumps(sow(sound, defect)))
                files[path.resolve()] = defect
            except (KeyError, IndexError, ValueError) as error:
                findings.append(f"{defect['rule']}: nothing at {defect['at']} of {defect['template']} ({error!r})")
        for path, (failed, _, _) in validate(guard, pack, files).items():
            defect = files[path]
            if failed != {defect["rule"]}:
                found = ", ".join(sorted(failed)) or "no rule"
                findings.append(f"{defect['rule']}: {defect['defect']}: found by {found}")
    return findings


def sow(sound, defect):
    """The template with the defect in it."""
    broken = copy.deepcopy(sound)
    *way, last = [int(part) if part.isdigit() else part for part in defect["at"].split("/")]
    place = broken
    for part in way:
        place = place[part]
    if "put" in defect:
        place[last] = defect["put"]
    else:
        del place[last]
    return broken
