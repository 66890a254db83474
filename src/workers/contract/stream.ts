// Plaintext that leaves as a stream: a source is offered under a one-time id, and fetched once from `/_open/<id>`.
import type { StreamTicket } from './home.ts';

export interface ByteRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export interface StreamSource {
  /** What the browser is told to save it as; absent for media shown in the page. */
  readonly saveAs?: string;
  readonly mediaType: string;
  /** Known for files and bundles; absent where it is not. Ranges are answered only where it is known and `ranges` is true. */
  readonly size?: number;
  readonly ranges: boolean;
  /** Pieces in order; a piece is at most 4 MiB. It throws where the content does not hold: the stream then breaks off. */
  open(range?: ByteRange): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Called once when every byte of the whole was taken. */
  finished?(): void;
}

/** Where home and backup leave their sources; a media source is good for many ranges, a download for one fetch. */
export interface StreamDesk {
  offer(source: StreamSource): StreamTicket;
}
