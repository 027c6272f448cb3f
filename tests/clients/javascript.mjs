// The JavaScript SDK against the doors. Prints a line per story; fails loudly.
//
// Usage: node javascript.mjs MODULES CASES.json, where MODULES is a folder in which the SDK is installed.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Readable } from "node:stream";

const [modules, cases] = process.argv.slice(2);
const require = createRequire(join(modules, "package.json"));
const { version } = require("@aws-sdk/client-s3/package.json");
const {
  S3Client, PutObjectCommand, GetObjectCommand, HeadObjectCommand, DeleteObjectCommand, DeleteObjectsCommand,
  CopyObjectCommand, ListObjectsV2Command, ListBucketsCommand, CreateMultipartUploadCommand, UploadPartCommand,
  CompleteMultipartUploadCommand,
} = require("@aws-sdk/client-s3");
const { EventBridgeClient, PutEventsCommand } = require("@aws-sdk/client-eventbridge");
const { getSignedUrl } = require("@aws-sdk/s3-request-presigner");

const s3 = new S3Client({ forcePathStyle: true, maxAttempts: 1 });
const done = (story) => console.log(`JavaScript SDK ${version}: ${story}`);
const text = (answer) => answer.Body.transformToString();
const Bucket = "inbox";

async function refused(command, name, client = s3) {
  await assert.rejects(client.send(command), (error) => error.name === name || assert.fail(`${error.name}: ${error.message}`));
}

async function objects() {
  const Key = "js/ä b+c.txt";
  const put = await s3.send(new PutObjectCommand({ Bucket, Key, Body: "hello", ContentType: "text/plain", Metadata: { author: "bob" } }));
  const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
  assert.equal(await text(got), "hello");
  assert.deepEqual([got.ETag, got.ContentType, got.Metadata], [put.ETag, "text/plain", { author: "bob" }]);
  // A stream of known length travels in signed or trailed pieces.
  const body = Buffer.alloc(3 << 20, "abc\0");
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: Readable.from([body]), ContentLength: body.length }));
  assert.equal((await s3.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength, body.length);
  for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]) {
    const summed = await s3.send(new PutObjectCommand({ Bucket, Key, Body: "123456789", ChecksumAlgorithm }));
    const back = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    assert.equal(await text(back), "123456789");
    assert.equal(back[`Checksum${ChecksumAlgorithm}`], summed[`Checksum${ChecksumAlgorithm}`], ChecksumAlgorithm);
    assert.ok(summed[`Checksum${ChecksumAlgorithm}`], ChecksumAlgorithm);
  }
  const part = await s3.send(new GetObjectCommand({ Bucket, Key, Range: "bytes=0-2" }));
  assert.equal(await text(part), "123");
  await refused(new PutObjectCommand({ Bucket, Key, Body: "x", IfNoneMatch: "*" }), "PreconditionFailed");
  await s3.send(new CopyObjectCommand({ Bucket, Key: "js/copy.txt", CopySource: `inbox/${encodeURIComponent(Key)}` }));
  const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "js/" }));
  assert.deepEqual(listed.Contents.map((it) => it.Key), ["js/copy.txt", Key]);
  await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }, { Key: "js/copy.txt" }] } }));
  await refused(new GetObjectCommand({ Bucket, Key }), "NoSuchKey");
  assert.ok((await s3.send(new ListBucketsCommand({}))).Buckets.some((it) => it.Name === "inbox"));
  await refused(new PutObjectCommand({ Bucket, Key: "a/../b", Body: "x" }), "InvalidArgument");
  done("objects: put, stream, five checksums, get, range, copy, list, delete");
}

async function multipart() {
  const Key = "js/large.bin";
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const bodies = [Buffer.alloc(8 << 20, "a\0"), Buffer.alloc(1 << 20, "b\0")];
  const Parts = [];
  for (const [at, Body] of bodies.entries()) {
    const part = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: at + 1, Body }));
    Parts.push({ PartNumber: at + 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 });
  }
  await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
  assert.ok(Buffer.concat(bodies).equals(Buffer.from(await got.Body.transformToByteArray())));
  await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  done("multipart: 9 MiB in two parts");
}

async function presigned() {
  const Key = "js/linked.txt";
  const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key }), { expiresIn: 60 });
  assert.equal((await fetch(put, { method: "PUT", body: "through a link" })).status, 200);
  const get = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60 });
  assert.equal(await (await fetch(get)).text(), "through a link");
  assert.equal((await fetch(get.split("?")[0])).status, 403);
  await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  done("presigned: PUT and GET");
}

async function events() {
  const bus = new EventBridgeClient({ maxAttempts: 1 });
  const all = JSON.parse(readFileSync(cases, "utf8"));
  for (const of of ["miss", "match"]) {
    for (let at = 0; at < all.length; at += 10) {
      const Entries = all.slice(at, at + 10).map((it) => ({
        Source: "clients", DetailType: "Case", Detail: JSON.stringify({ case: it.name, ...it[of] }), Time: new Date(),
      }));
      const answer = await bus.send(new PutEventsCommand({ Entries }));
      assert.equal(answer.FailedEntryCount, 0);
    }
  }
  const bad = await bus.send(new PutEventsCommand({ Entries: [{ Source: "x", DetailType: "y", Detail: "no JSON" }] }));
  assert.deepEqual([bad.FailedEntryCount, bad.Entries[0].ErrorCode], [1, "MalformedDetail"]);
  done(`events: ${all.length} patterns, each with a match and a miss`);
}

await objects();
await multipart();
await presigned();
await events();
