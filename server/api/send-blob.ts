// Owns how a large object's bytes reach the socket: each piece is written, and waited for, before its buffer is used again.
import type { FastifyReply } from 'fastify';
import type { Blobs, BlobName, ByteRange } from '../blobs/blobs.ts';

/** Answers with a part of a blob; the reply has its status and headers. Throws, unanswered, where there is no such blob. */
export async function sendBlob(reply: FastifyReply, blobs: Blobs, blob: BlobName, range: ByteRange): Promise<FastifyReply> {
  const { raw } = reply;
  const begin = (): void => {
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(reply.statusCode);
  };
  const write = (piece: Uint8Array): Promise<void> => new Promise((resolve, reject) => {
    if (!raw.headersSent) begin();
    if (raw.destroyed) reject(new Error('the reader is gone'));
    else raw.write(piece, (error) => { if (error) reject(error); else resolve(); });
  });
  try {
    if (!await blobs.copy(blob, range, write)) throw new Error(`the bytes of a row are not there: ${blob}`);
    raw.end();
  } catch (error) {
    if (!raw.headersSent) throw error;
    // The head is out: all that is left is to end it short of what it promised.
    raw.destroy();
  }
  return reply;
}
