// Owns blobs in an S3-compatible store. No request of ours relies on `If-Match`: names are never reused, rows decide.
import { DeleteObjectsCommand, GetObjectCommand, HeadBucketCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Blobs, BlobName, ByteRange } from './blobs.ts';
import type { S3Place } from './s3-place.ts';

/** The store takes as many names at once. */
const DROPPED_AT_ONCE = 1_000;
const ATTEMPTS = 3;
const CONNECT_MS = 3_000;
const ANSWER_MS = 30_000;

function clientFor({ endpoint, region }: S3Place): S3Client {
  return new S3Client({
    region,
    ...endpoint === undefined ? {} : { endpoint, forcePathStyle: true },
    maxAttempts: ATTEMPTS,
    // Bodies are checked by their own hash, which a row keeps; a second one would cost a pass over every byte.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS, throwOnRequestTimeout: true, httpAgent: { maxSockets: 64 }, httpsAgent: { maxSockets: 64 } },
  });
}

/** Streams cannot be hashed before they are sent: the signature covers the headers alone. */
function signHeadersOnly(client: S3Client): void {
  client.middlewareStack.add((next) => (args) => {
    const request = args.request as { method?: string; body?: unknown; headers?: Record<string, string> };
    if (request.method === 'PUT' && request.body instanceof Readable && request.headers) request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
    return next(args);
  }, { step: 'build', name: 'nexusUnsignedBody', priority: 'high' });
}

/** The bucket at `place`; it must exist. */
export function openS3(place: S3Place): Blobs {
  const client = clientFor(place);
  signHeadersOnly(client);
  const Bucket = place.bucket;

  async function* list(hour?: string): AsyncIterable<{ name: BlobName; size: number }> {
    let token: string | undefined;
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: hour === undefined ? '' : `${hour}/`, ContinuationToken: token }));
      for (const { Key, Size } of page.Contents ?? []) if (Key !== undefined) yield { name: Key, size: Size ?? 0 };
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  async function get(name: BlobName, range?: ByteRange): Promise<Readable | undefined> {
    try {
      const found = await client.send(new GetObjectCommand({ Bucket, Key: name, ...range ? { Range: `bytes=${range.start}-${range.end}` } : {} }));
      return found.Body as Readable;
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  return {
    async put(name, body, size) {
      // The library would wait for the rest of a body that broke off until its own patience ends.
      const broken = new AbortController();
      const watched = finished(body).catch((error: unknown) => { broken.abort(); throw error; });
      const sent = client.send(new PutObjectCommand({ Bucket, Key: name, Body: body, ContentLength: size }), { abortSignal: broken.signal });
      await Promise.all([watched, sent]);
    },
    get,
    async copy(name, range, write) {
      const body = await get(name, range);
      for await (const piece of body ?? []) await write(piece as Buffer);
      return body !== undefined;
    },
    async drop(names) {
      for (let at = 0; at < names.length; at += DROPPED_AT_ONCE) {
        const Objects = names.slice(at, at + DROPPED_AT_ONCE).map((Key) => ({ Key }));
        const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
        if (Errors.length > 0) throw new Error(`the store kept ${Errors.length} blobs that were to go`);
      }
    },
    list,
    async probe() { await client.send(new HeadBucketCommand({ Bucket })); },
    close: () => { client.destroy(); },
  };
}
