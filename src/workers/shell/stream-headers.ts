// Owns how a stream is labelled, so that content can be saved, shown or played and never becomes a page of this origin.
// Rules: docs/decisions/0004-stream-relay.md.
import type { StreamReply } from '../contract/relay.ts';
import { contentRange } from './byte-range.ts';

export type StreamHead = Extract<StreamReply, { type: 'stream.head' }>;

/** Shown where it stands. Nothing here can hold a script that runs as this origin. */
const SHOWN = /^(?:image\/(?:png|jpeg|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon)|(?:audio|video)\/[\w.+-]{1,64}|application\/pdf|text\/plain)$/;
/** Keeps its type, but only ever saved: an `<img>` shows an SVG all the same, and runs no script in it. */
const SAVED = /^(?:image\/svg\+xml|application\/(?:zip|gzip))$/;
const FORBIDDEN_IN_NAMES = /[\p{Cc}\p{Bidi_Control}/\\]/gu;
const NOT_ATTR_CHAR = /['()*]/g;

export const PROTECTION: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
};

interface Label {
  readonly type: string;
  readonly shown: boolean;
}

/** The type that the browser is told; what is not on a list is bytes to be saved. */
export function labelOf(mediaType: string): Label {
  const type = mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (SHOWN.test(type)) return { type: type === 'text/plain' ? 'text/plain; charset=utf-8' : type, shown: true };
  return { type: SAVED.test(type) ? type : 'application/octet-stream', shown: false };
}

/** RFC 6266: a plain name for the old, RFC 8187 for the rest. */
export function attachment(saveAs: string | undefined): string {
  if (saveAs === undefined) return 'attachment';
  const name = saveAs.toWellFormed().replace(FORBIDDEN_IN_NAMES, '_');
  const plain = name.replace(/[^\x20-\x7e]|["%]/gu, '_');
  const encoded = encodeURIComponent(name).replace(NOT_ATTR_CHAR, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** Bytes that will be sent, where that is known. */
export const lengthOf = ({ size, range }: StreamHead): number | undefined => (range ? range.end - range.start : size);

/** Every header of a stream that is served. */
export function streamHeaders(head: StreamHead): Headers {
  const { type, shown } = labelOf(head.mediaType);
  const headers = new Headers({ ...PROTECTION, 'Content-Type': type, 'Accept-Ranges': head.ranges && head.size !== undefined ? 'bytes' : 'none' });
  if (head.saveAs !== undefined || !shown) headers.set('Content-Disposition', attachment(head.saveAs));
  const length = lengthOf(head);
  if (length !== undefined) headers.set('Content-Length', String(length));
  if (head.range && head.size !== undefined) headers.set('Content-Range', contentRange(head.range, head.size));
  return headers;
}
