#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Deploys this folder's root.yaml on an emulator of AWS, and prints the outputs of the stack as JSON.

    emulate.py create --endpoint http://127.0.0.1:4566 [--stack cueline] [--set Prefix=demo …]
    emulate.py update --endpoint …      the same, on the stack that is there
    emulate.py probe  --endpoint …      an event and a file arrive in the ingress queue, then are removed from it
    emulate.py delete --endpoint …      the stack, and what its deletion policies keep

Needs boto3 in the Python it is run with; the suite installs it beside the emulator `ministack`. Credentials and region are
the SDK's standard chain, or, when there are none, values that an emulator takes.

The templates are the ones for AWS, unchanged: nested ones are uploaded and named by their URL, as `aws cloudformation
package` does. What an emulator lacks is switched off by parameters that serve people, too (LEAN below). An emulator proves
neither that a template is valid nor that a policy suffices: check.py lints the first, nothing here tests the second.
"""
import argparse
import json
import os
import pathlib
import re
import sys
import time
from urllib.parse import urlsplit

HERE = pathlib.Path(__file__).resolve().parent
NESTED = re.compile(r"(TemplateURL: )([\w./-]+\.yaml)")
# A stack without network, tasks, index, guardrail, trail and alarms: what is left moves and keeps everything.
LEAN = {
    "Compute": "None",
    "Network": "None",
    "Index": "None",
    "Guardrail": "None",
    "Audit": "None",
    "InvocationLogging": "Keep",
    "Observability": "None",
    "ArchiveDays": "0",
    "DeletionProtection": "Off",
}
PATIENCE = 60


class Failed(Exception):
    """The emulator refused, or did not become ready in time."""


class Emulator:
    def __init__(self, endpoint):
        import boto3
        from botocore.config import Config

        session = boto3.Session()
        kept = {} if session.get_credentials() else {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        region = session.region_name or "us-east-1"
        self.endpoint = endpoint.rstrip("/")
        config = Config(retries={"max_attempts": 2}, s3={"addressing_style": "path"})
        self.client = lambda service: session.client(
            service, endpoint_url=self.endpoint, region_name=region, config=config, **kept
        )
        self.stacks = self.client("cloudformation")
        # One name per account: all accounts share the names of buckets.
        self.artifacts = f"cueline-templates-{self.client('sts').get_caller_identity()['Account']}"

    def upload(self, folder, file):
        """Puts a template and those that it nests; gives its URL."""
        path = (folder / file).resolve()
        text = NESTED.sub(lambda found: found[1] + self.upload(path.parent, found[2]), path.read_text())
        self.client("s3").put_object(Bucket=self.artifacts, Key=path.name, Body=text.encode())
        return f"{self.endpoint}/{self.artifacts}/{path.name}"

    def deploy(self, verb, stack, values):
        self.client("s3").create_bucket(Bucket=self.artifacts)
        request = {
            "StackName": stack,
            "TemplateURL": self.upload(HERE, "root.yaml"),
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
            "Capabilities": ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        }
        if verb == "create":
            self.stacks.create_stack(**request, DisableRollback=True)
        else:
            try:
                self.stacks.update_stack(**request)
            except self.stacks.exceptions.ClientError as error:
                if "No updates" in str(error):
                    return self.outputs(stack)
                raise
        return self.wait(stack, f"{verb.upper()}_COMPLETE")

    def wait(self, stack, wanted):
        """The outputs, once the stack is as wanted."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = self.stacks.describe_stacks(StackName=stack)["Stacks"][0]
            if found["StackStatus"] == wanted:
                return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}
            if not found["StackStatus"].endswith("IN_PROGRESS"):
                raise Failed(f"{stack} is {found['StackStatus']}: {'; '.join(self.reasons(stack))}")
            time.sleep(0.1)
        raise Failed(f"{stack} is still {found['StackStatus']} after {PATIENCE} s")

    def reasons(self, stack):
        """Why resources failed, of the stack and those nested in it."""
        said = []
        for event in self.stacks.describe_stack_events(StackName=stack)["StackEvents"]:
            reason = event.get("ResourceStatusReason")
            if event["ResourceStatus"].endswith("FAILED") and reason:
                said.append(f"{event['LogicalResourceId']}: {reason}")
        return said

    def outputs(self, stack):
        return {
            each["OutputKey"]: each["OutputValue"]
            for each in self.stacks.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
        }

    def probe(self, stack):
        """What arrives in the ingress queue: a foreign event, a file, its deletion; and not an event of our own."""
        out = self.outputs(stack)
        queue, events, objects = self.client("sqs"), self.client("events"), self.client("s3")
        entry = {"DetailType": "Probe", "Detail": "{}", "EventBusName": out["BusName"]}
        answer = events.put_events(Entries=[entry | {"Source": "probe"}, entry | {"Source": "cueline"}])
        if answer["FailedEntryCount"]:
            raise Failed(f"the bus refused an event: {answer['Entries']}")
        objects.put_object(Bucket=out["InboxBucket"], Key="probe/é+ 1.txt", Body=b"probe")
        objects.delete_object(Bucket=out["InboxBucket"], Key="probe/é+ 1.txt")
        arrived, until = [], time.monotonic() + 5
        while len(arrived) < 3 and time.monotonic() < until:
            arrived += self.receive(queue, out["IngressQueueUrl"], 1)
        arrived += self.receive(queue, out["IngressQueueUrl"], 0)
        seen = sorted(f"{event['source']} {event['detail-type']}" for event in arrived)
        if seen != ["aws.s3 Object Created", "aws.s3 Object Deleted", "probe Probe"]:
            raise Failed(f"in the ingress queue arrived {seen}")
        return seen

    @staticmethod
    def receive(queue, url, seconds):
        bodies = []
        found = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=seconds)
        for message in found.get("Messages", []):
            queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            bodies.append(json.loads(message["Body"]))
        return bodies

    def delete(self, stack):
        """The stack and, unlike on AWS, what its deletion policies keep: an emulator's table and buckets are nobody's."""
        try:
            kept = self.outputs(stack)
        except self.stacks.exceptions.ClientError:
            return
        self.stacks.delete_stack(StackName=stack)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                status = self.stacks.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
            except self.stacks.exceptions.ClientError:
                break
            if status == "DELETE_COMPLETE":
                break
            if status == "DELETE_FAILED":
                raise Failed("; ".join(self.reasons(stack)))
            time.sleep(0.1)
        for bucket in (kept.get("InboxBucket"), kept.get("PayloadBucket")):
            self.remove_bucket(bucket)
        if table := kept.get("TableName"):
            self.gone(self.client("dynamodb").delete_table, TableName=table)

    def remove_bucket(self, bucket):
        if not bucket:
            return
        objects = self.client("s3")
        try:
            pages = list(objects.get_paginator("list_object_versions").paginate(Bucket=bucket))
        except objects.exceptions.ClientError:
            return
        for page in pages:
            for each in page.get("Versions", []) + page.get("DeleteMarkers", []):
                objects.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
        self.gone(objects.delete_bucket, Bucket=bucket)

    @staticmethod
    def gone(call, **arguments):
        from botocore.exceptions import ClientError

        try:
            call(**arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("NoSuchBucket", "ResourceNotFoundException"):
                raise


def loopback(url):
    """An address of this machine: a slip must not deploy anything that costs money."""
    if urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1"):
        raise argparse.ArgumentTypeError("is not on the loopback interface; to deploy on AWS see README.md")
    return url


def pair(text):
    key, separator, value = text.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError("write NAME=VALUE")
    return key, value


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("verb", choices=["create", "update", "probe", "outputs", "delete"])
    parser.add_argument("--endpoint", type=loopback, default=os.environ.get("AWS_ENDPOINT_URL"), help="http://127.0.0.1:PORT")
    parser.add_argument("--stack", default="cueline")
    parser.add_argument("--set", dest="values", type=pair, action="append", default=[], metavar="NAME=VALUE")
    chosen = parser.parse_args()
    if not chosen.endpoint:
        parser.error("give --endpoint, or set AWS_ENDPOINT_URL")
    try:
        emulator = Emulator(chosen.endpoint)
        if chosen.verb in ("create", "update"):
            result = emulator.deploy(chosen.verb, chosen.stack, LEAN | dict(chosen.values))
        elif chosen.verb == "delete":
            result = emulator.delete(chosen.stack) or {}
        else:
            result = getattr(emulator, chosen.verb)(chosen.stack)
    except ImportError:
        print("boto3 is not installed in this Python", file=sys.stderr)
        return 3
    except Exception as error:  # Whatever it is, the caller reads one line.
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print(json.dumps(result, indent=2, sort_keys=True, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
