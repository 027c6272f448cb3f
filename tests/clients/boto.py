"""boto3 against the doors: what a person would do with S3 and EventBridge. Prints a line per story; fails loudly.

Usage: boto.py s3 [STORY…] | events CASES.json. The environment has the endpoint and the keys.
"""

import http.client
import io
import json
import os
import re
import sys
import tempfile
import urllib.parse

import boto3
import botocore
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

MIB = 1 << 20


def code(call, **arguments):
    """The code and status that a call fails with."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError(f"{call} succeeded with {list(arguments)}")


def done(story):
    print(f"boto3 {boto3.__version__}: {story}", flush=True)


def objects(s3):
    """Put, get, head, range, conditions, metadata, delete."""
    put = s3.put_object(
        Bucket="inbox", Key="boto/ä b+c.txt", Body=b"0123456789", ContentType="text/plain",
        CacheControl="no-cache", Metadata={"author": "alice"}, IfNoneMatch="*",
    )
    got = s3.get_object(Bucket="inbox", Key="boto/ä b+c.txt")
    assert got["Body"].read() == b"0123456789" and got["ETag"] == put["ETag"]
    assert got["ContentType"] == "text/plain" and got["Metadata"] == {"author": "alice"}, got
    head = s3.head_object(Bucket="inbox", Key="boto/ä b+c.txt")
    assert head["ContentLength"] == 10 and head["CacheControl"] == "no-cache" and head["Metadata"] == {"author": "alice"}
    part = s3.get_object(Bucket="inbox", Key="boto/ä b+c.txt", Range="bytes=2-4")
    assert part["Body"].read() == b"234" and part["ContentRange"] == "bytes 2-4/10"
    last = s3.get_object(Bucket="inbox", Key="boto/ä b+c.txt", Range="bytes=-3")
    assert last["Body"].read() == b"789"
    key = {"Bucket": "inbox", "Key": "boto/ä b+c.txt"}
    assert code(s3.get_object, **key, Range="bytes=10-") == ("InvalidRange", 416)
    assert code(s3.put_object, **key, Body=b"x", IfNoneMatch="*") == ("PreconditionFailed", 412)
    assert code(s3.put_object, **key, Body=b"x", IfMatch='"other"') == ("PreconditionFailed", 412)
    assert code(s3.get_object, **key, IfMatch='"other"') == ("PreconditionFailed", 412)
    assert code(s3.get_object, **key, IfNoneMatch=put["ETag"])[1] == 304
    changed = s3.put_object(**key, Body=b"changed", IfMatch=put["ETag"])
    assert changed["ETag"] != put["ETag"]
    s3.delete_object(**key)
    assert code(s3.get_object, **key) == ("NoSuchKey", 404)
    assert code(s3.head_object, **key)[1] == 404
    s3.delete_object(**key)
    done("objects: put, get, head, range, conditions, metadata, delete")


def sums(s3):
    """Checksums: said by the client, checked here, told to readers."""
    for algorithm in ["CRC32", "SHA1", "SHA256"]:
        key = {"Bucket": "inbox", "Key": f"boto/sum-{algorithm}"}
        put = s3.put_object(**key, Body=b"123456789", ChecksumAlgorithm=algorithm)
        assert put[f"Checksum{algorithm}"], put
        got = s3.get_object(**key, ChecksumMode="ENABLED")
        assert got["Body"].read() == b"123456789" and got[f"Checksum{algorithm}"] == put[f"Checksum{algorithm}"]
    key = {"Bucket": "inbox", "Key": "boto/sum-wrong"}
    assert code(s3.put_object, **key, Body=b"123456789", ChecksumCRC32="AAAAAA==") == ("BadDigest", 400)
    assert code(s3.put_object, **key, Body=b"123456789", ContentMD5="AAAAAAAAAAAAAAAAAAAAAA==") == ("BadDigest", 400)
    assert code(s3.head_object, **key)[1] == 404, "nothing of a damaged body is left"
    done("checksums: CRC32, SHA1, SHA256, Content-MD5; a damaged body is refused")


def lists(s3):
    """Both lists, prefixes, pages."""
    s3.create_bucket(Bucket="boto-lists")
    assert code(s3.create_bucket, Bucket="payloads")[0] == "BucketAlreadyExists"
    keys = [f"{folder}/{n:02}" for folder in ["a", "b", "ü"] for n in range(7)] + ["top", "<&>"]
    for key in keys:
        s3.put_object(Bucket="boto-lists", Key=key, Body=key.encode())
    keys.sort(key=lambda key: key.encode())
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="boto-lists", PaginationConfig={"PageSize": 4})
    assert [entry["Key"] for page in pages for entry in page.get("Contents", [])] == keys
    pages = s3.get_paginator("list_objects").paginate(Bucket="boto-lists", PaginationConfig={"PageSize": 4})
    assert [entry["Key"] for page in pages for entry in page.get("Contents", [])] == keys
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket="boto-lists", Delimiter="/", PaginationConfig={"PageSize": 2})
    shown = [(page.get("CommonPrefixes", []), page.get("Contents", [])) for page in pages]
    assert [it["Prefix"] for prefixes, _ in shown for it in prefixes] == ["a/", "b/", "ü/"], shown
    assert [it["Key"] for _, contents in shown for it in contents] == ["<&>", "top"], shown
    below = s3.list_objects_v2(Bucket="boto-lists", Prefix="b/", StartAfter="b/03", MaxKeys=2)
    assert [it["Key"] for it in below["Contents"]] == ["b/04", "b/05"] and below["IsTruncated"]
    assert {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]} >= {"inbox", "boto-lists"}
    assert code(s3.head_bucket, Bucket="no-such-bucket")[1] == 404
    assert code(s3.delete_bucket, Bucket="boto-lists") == ("BucketNotEmpty", 409)
    gone = s3.delete_objects(Bucket="boto-lists", Delete={"Objects": [{"Key": key} for key in keys]})
    assert len(gone["Deleted"]) == len(keys) and not gone.get("Errors"), gone
    s3.delete_bucket(Bucket="boto-lists")
    done("lists: v1, v2, pages, prefixes, delete many, buckets")


def copies(s3):
    """Copies, with and without their metadata."""
    s3.put_object(Bucket="inbox", Key="boto/from.txt", Body=b"copy me", ContentType="text/plain", Metadata={"a": "1"})
    source = {"Bucket": "inbox", "Key": "boto/from.txt"}
    s3.copy_object(Bucket="inbox", Key="boto/to.txt", CopySource=source)
    got = s3.get_object(Bucket="inbox", Key="boto/to.txt")
    assert got["Body"].read() == b"copy me" and got["Metadata"] == {"a": "1"} and got["ContentType"] == "text/plain"
    s3.copy_object(Bucket="inbox", Key="boto/from.txt", CopySource=source, MetadataDirective="REPLACE", Metadata={"b": "2"})
    assert s3.head_object(Bucket="inbox", Key="boto/from.txt")["Metadata"] == {"b": "2"}
    assert code(s3.copy_object, Bucket="inbox", Key="boto/from.txt", CopySource=source) == ("InvalidRequest", 400)
    missing = {"Bucket": "inbox", "Key": "boto/none"}
    assert code(s3.copy_object, Bucket="inbox", Key="boto/x", CopySource=missing) == ("NoSuchKey", 404)
    wrong = {"CopySource": source, "CopySourceIfMatch": '"other"'}
    assert code(s3.copy_object, Bucket="inbox", Key="boto/x", **wrong) == ("PreconditionFailed", 412)
    done("copies: with and without metadata, conditions")


def multipart(s3):
    """Objects in parts: by the transfer manager and by hand."""
    body = bytes(range(256)) * (4096 * 9)
    with tempfile.NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        config = TransferConfig(multipart_threshold=8 * MIB, multipart_chunksize=8 * MIB)
        s3.upload_file(file.name, "inbox", "boto/large.bin", Config=config, ExtraArgs={"Metadata": {"big": "yes"}})
    buffer = io.BytesIO()
    s3.download_fileobj("inbox", "boto/large.bin", buffer, Config=config)
    assert buffer.getvalue() == body
    head = s3.head_object(Bucket="inbox", Key="boto/large.bin")
    assert head["ContentLength"] == len(body) and head["Metadata"] == {"big": "yes"}

    key = {"Bucket": "inbox", "Key": "boto/by-hand.bin"}
    upload = {**key, "UploadId": s3.create_multipart_upload(**key, ContentType="x/y")["UploadId"]}
    first = s3.upload_part(**upload, PartNumber=1, Body=b"a\0" * (5 * MIB // 2))
    s3.upload_part(**upload, PartNumber=2, Body=b"wrong")
    second = s3.upload_part_copy(
        **upload, PartNumber=2, CopySource={"Bucket": "inbox", "Key": "boto/large.bin"}, CopySourceRange="bytes=0-255")
    etags = [(1, first["ETag"]), (2, second["CopyPartResult"]["ETag"])]
    listed = s3.list_parts(**upload)["Parts"]
    assert [(part["PartNumber"], part["Size"]) for part in listed] == [(1, 5 * MIB), (2, 256)], listed
    uploads = s3.list_multipart_uploads(Bucket="inbox")["Uploads"]
    assert [it["UploadId"] for it in uploads if it["Key"] == key["Key"]] == [upload["UploadId"]]
    parts = [{"PartNumber": number, "ETag": etag} for number, etag in etags]
    complete = lambda parts: {"MultipartUpload": {"Parts": parts}}
    assert code(s3.complete_multipart_upload, **upload, **complete(parts[::-1])) == ("InvalidPartOrder", 400)
    wrong = [parts[0], {"PartNumber": 2, "ETag": '"0"'}]
    assert code(s3.complete_multipart_upload, **upload, **complete(wrong)) == ("InvalidPart", 400)
    s3.complete_multipart_upload(**upload, **complete(parts))
    got = s3.get_object(**key)
    assert got["Body"].read() == b"a\0" * (5 * MIB // 2) + bytes(range(256)) and got["ContentType"] == "x/y"
    assert code(s3.upload_part, **upload, PartNumber=3, Body=b"late") == ("NoSuchUpload", 404)

    upload = {**key, "UploadId": s3.create_multipart_upload(**key)["UploadId"]}
    parts = [{"PartNumber": n, "ETag": s3.upload_part(**upload, PartNumber=n, Body=b"small")["ETag"]} for n in (1, 2)]
    assert code(s3.complete_multipart_upload, **upload, **complete(parts)) == ("EntityTooSmall", 400)
    s3.abort_multipart_upload(**upload)
    assert code(s3.list_parts, **upload) == ("NoSuchUpload", 404)
    for name in ("boto/large.bin", "boto/by-hand.bin"):
        s3.delete_object(Bucket="inbox", Key=name)
    done("multipart: 9 MiB by the transfer manager, by hand, part copy, lists, abort, refusals")


def presigned(s3):
    """Links that carry their signature, of either version that boto3 makes."""
    for version in ("s3", "s3v4"):
        signer = client("s3", config=Config(signature_version=version, s3={"addressing_style": "path"}))
        key = {"Bucket": "inbox", "Key": f"boto/linked-{version}.txt"}
        put = signer.generate_presigned_url("put_object", Params=key, ExpiresIn=60)
        assert fetch("PUT", put, b"through a link")[0] == 200
        get = signer.generate_presigned_url("get_object", Params=key, ExpiresIn=60)
        assert fetch("GET", get) == (200, b"through a link")
        expired = signer.generate_presigned_url("get_object", Params=key, ExpiresIn=-60)
        forged = re.sub("(Signature=)(.)", lambda it: it[1] + ("b" if it[2] == "a" else "a"), get)
        for link in (forged, get.split("?")[0], expired):
            assert fetch("GET", link)[0] in (400, 403), link
        s3.delete_object(**key)
    done("presigned: PUT and GET, signed in versions 2 and 4; forged, bare and expired links are refused")


def fetch(method, link, body=None):
    """Status and body. Sends nothing but what the link says: a header more would not be signed."""
    parts = urllib.parse.urlsplit(link)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    connection.request(method, f"{parts.path}?{parts.query}", body=body)
    answer = connection.getresponse()
    return answer.status, answer.read()


def hostile(s3):
    """Keys, bodies and callers that are not let in."""
    for key in ["../outside.txt", "a/../../outside.txt", "/absolute.txt", "a//b.txt", "nul\0.txt", "x" * 300, "folder/"]:
        found = code(s3.put_object, Bucket="inbox", Key=key, Body=b"x")
        assert found[1] == 400, (key, found)
    assert code(s3.put_object, Bucket="inbox", Key="k" * 1025, Body=b"x") == ("KeyTooLongError", 400)
    long = "/".join(["k" * 200] * 5)
    s3.put_object(Bucket="inbox", Key=long, Body=b"x")
    s3.delete_object(Bucket="inbox", Key=long)
    key = {"Bucket": "inbox", "Key": "boto/refused"}
    assert code(s3.put_object, **key, Body=b"x", Tagging="a=b") == ("NotImplemented", 501)
    assert code(s3.put_object, **key, Body=b"x", ServerSideEncryption="AES256") == ("NotImplemented", 501)
    assert code(s3.put_object, **key, Body=b"x", Metadata={"a": "x" * 3000})[0] == "MetadataTooLarge"
    assert code(s3.put_object, Bucket="payloads", Key="a", Body=b"x") == ("NoSuchBucket", 404)
    stranger = client("s3", aws_access_key_id="stranger")
    assert code(stranger.list_buckets) == ("InvalidAccessKeyId", 403)
    forger = client("s3", aws_secret_access_key="wrong")
    assert code(forger.list_buckets) == ("SignatureDoesNotMatch", 403)
    nobody = client("s3", config=Config(signature_version=botocore.UNSIGNED, s3={"addressing_style": "path"}))
    assert code(nobody.list_buckets) == ("AccessDenied", 403)
    done("hostile keys, what is not kept, wrong and missing signatures are refused")


def events(cases):
    """PutEvents, its limits and errors, rules and patterns."""
    bus = client("events")
    entry = lambda case, of: {"Source": "clients", "DetailType": "Case", "Detail": json.dumps({"case": case["name"], **case[of]})}
    for of in ("miss", "match"):
        for at in range(0, len(cases), 10):
            answer = bus.put_events(Entries=[entry(case, of) for case in cases[at:at + 10]])
            assert answer["FailedEntryCount"] == 0 and all(it["EventId"] for it in answer["Entries"]), answer
    for case in cases:
        envelope = {"id": "1", "account": "1", "source": "clients", "time": "t", "region": "r", "resources": [],
                    "detail-type": "Case"}
        for of, expected in (("match", True), ("miss", False)):
            event = json.dumps({**envelope, "detail": case[of]})
            tried = bus.test_event_pattern(EventPattern=json.dumps({"detail": case["pattern"]}), Event=event)
            assert tried["Result"] is expected, (case["name"], of)
    done(f"events: {len(cases)} patterns, each with a match and a miss")

    good = entry(cases[0], "miss")
    answer = bus.put_events(Entries=[
        good, {**good, "Detail": "{"}, {**good, "Source": "aws.s3"}, {"Source": "a", "Detail": "{}"},
        {**good, "EventBusName": "none"}, good])
    assert answer["FailedEntryCount"] == 4, answer
    assert [it.get("ErrorCode") for it in answer["Entries"]] == [
        None, "MalformedDetail", "NotAuthorizedForSourceException", "InvalidArgument", "InvalidArgument", None], answer
    assert code(bus.put_events, Entries=[good] * 11) == ("ValidationException", 400)
    large = {**good, "Detail": json.dumps({"case": "x" * (1 << 20)})}
    assert code(bus.put_events, Entries=[large]) == ("ValidationException", 400)
    names = {rule["Name"] for rule in bus.list_rules()["Rules"]}
    assert names >= {case["name"] for case in cases}, names
    rule = bus.describe_rule(Name=cases[0]["name"])
    assert json.loads(rule["EventPattern"])["source"] == ["clients"], rule
    assert code(bus.describe_rule, Name="none") == ("ResourceNotFoundException", 400)
    assert code(bus.put_rule, Name="new", EventPattern="{}") == ("UnknownOperationException", 400)
    assert code(bus.test_event_pattern, EventPattern='{"a": 1}', Event="{}")[0] == "InvalidEventPatternException"
    assert [it["Name"] for it in bus.list_event_buses()["EventBuses"]] == ["default"]
    assert code(client("events", aws_access_key_id="stranger").list_rules)[0] == "UnrecognizedClientException"
    assert code(client("events", aws_secret_access_key="wrong").list_rules)[0] == "InvalidSignatureException"
    done("events: errors per entry, limits, rules, wrong signatures")


def client(service, **more):
    more.setdefault("config", Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}))
    keys = {"aws_access_key_id": os.environ["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"]}
    return boto3.client(service, **{**keys, **more})


if sys.argv[1] == "s3":
    plain = client("s3")
    for story in (objects, sums, lists, copies, multipart, presigned, hostile):
        if not sys.argv[2:] or story.__name__ in sys.argv[2:]:
            story(plain)
else:
    with open(sys.argv[2], encoding="utf-8") as file:
        events(json.load(file))
