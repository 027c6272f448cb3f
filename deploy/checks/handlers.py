# SPDX-License-Identifier: Apache-2.0
"""The function that sets the log of model calls never touches a setting of others. Run as it stands in the template."""
import contextlib
import io
import sys
import types

from . import template

OURS = {"LogGroup": "ours", "Bucket": "b", "RoleArn": "r", "Content": "false"}


class Bedrock:
    """The three calls of the setting, which an account and region has once."""

    class exceptions:
        ValidationException = type("ValidationException", (Exception,), {})

    def __init__(self, config, refusals):
        self.config, self.refusals, self.changes = config, refusals, 0

    def get_model_invocation_logging_configuration(self):
        return {"loggingConfig": self.config} if self.config else {}

    def put_model_invocation_logging_configuration(self, loggingConfig):
        if self.refusals:
            self.refusals -= 1
            raise self.exceptions.ValidationException("the role cannot be assumed")
        self.config, self.changes = loggingConfig, self.changes + 1

    def delete_model_invocation_logging_configuration(self):
        self.config, self.changes = None, self.changes + 1


def check(here):
    data = template.as_data(here / "templates" / "security.yaml")
    code = data["Resources"]["LoggingSetter"]["Properties"]["Code"]["ZipFile"]
    findings = [] if len(code) <= 4096 else [f"the code has {len(code)} characters; 4096 may be inline"]
    sent = []
    response = types.SimpleNamespace(
        SUCCESS="SUCCESS", FAILED="FAILED",
        send=lambda event, context, status, answer, name, reason=None: sent.append((status, answer.get("State"))),
    )
    sdk = types.SimpleNamespace(client=None)
    kept = {name: sys.modules.get(name) for name in ("boto3", "cfnresponse")}
    sys.modules.update(boto3=sdk, cfnresponse=response)
    try:
        module = {}
        exec(compile(code, "LoggingSetter", "exec"), module)
        module["time"] = types.SimpleNamespace(sleep=lambda _: None)
    finally:
        for name, was in kept.items():
            sys.modules.pop(name) if was is None else sys.modules.update({name: was})
    another = {"cloudWatchConfig": {"logGroupName": "theirs"}, "s3Config": {"bucketName": "t"}}
    ours = module["wanted"](OURS)
    moved = {"OldResourceProperties": OURS, "ResourceProperties": OURS | {"LogGroup": "new"}}
    cases = [
        ("create where there is none", "Create", None, {}, ("SUCCESS", "ours"), 1),
        ("create with a role that is new", "Create", None, {"refusals": 3}, ("SUCCESS", "ours"), 1),
        ("create with a role that is wrong", "Create", None, {"refusals": 4}, ("FAILED", None), 0),
        ("create beside another's", "Create", another, {}, ("SUCCESS", "another"), 0),
        ("update of ours", "Update", ours, {"OldResourceProperties": OURS}, ("SUCCESS", "ours"), 1),
        ("update that moves ours", "Update", ours, moved, ("SUCCESS", "ours"), 1),
        ("update beside another's", "Update", another, {"OldResourceProperties": OURS}, ("SUCCESS", "another"), 0),
        ("delete of ours", "Delete", ours, {}, ("SUCCESS", "none"), 1),
        ("delete beside another's", "Delete", another, {}, ("SUCCESS", "another"), 0),
        ("delete where there is none", "Delete", None, {}, ("SUCCESS", "none"), 0),
        ("a call that is refused", "Create", "refused", {}, ("FAILED", None), 0),
    ]
    for name, request, config, more, answer, changes in cases:
        bedrock = Bedrock(config, more.pop("refusals", 0))
        sdk.client = lambda _, bedrock=bedrock: bedrock
        sent.clear()
        with contextlib.redirect_stdout(io.StringIO()):  # The function logs there.
            module["handler"]({"RequestType": request, "ResourceProperties": OURS} | more, None)
        if sent != [answer] or bedrock.changes != changes:
            findings.append(f"{name}: sent {sent}, changed {bedrock.changes} times")
    if ours["textDataDeliveryEnabled"] or not module["wanted"](OURS | {"Content": "true"})["textDataDeliveryEnabled"]:
        findings.append("prompts are logged although only metadata is wanted, or the other way round")
    return findings, len(cases)
