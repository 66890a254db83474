// The independent implementation's bundles: the reference, and those to be refused as edits of it.
import { type Bytes, concat, fromHex, utf8 } from '../../src/crypto/bytes.ts';
import { vectorBytes, vectorJson } from './vectors.ts';

export interface ReferenceFacts {
  readonly id: string;
  readonly password: string;
  readonly phrase: string;
  readonly sha256: string;
  readonly files: Readonly<Record<string, string>>;
  readonly folders: readonly string[];
}

interface Refused {
  readonly bundles: readonly { readonly name: string; readonly sha256: string; readonly edits: readonly (readonly [number, number, string])[] }[];
}

export const referenceBundle = (): Promise<Bytes> => vectorBytes('reference.nbk');
export const referenceFacts = (): Promise<ReferenceFacts> => vectorJson('reference.json');

export async function refusedBundles(): Promise<ReadonlyMap<string, { bytes: Bytes; sha256: string }>> {
  const reference = await referenceBundle();
  const { bundles } = await vectorJson<Refused>('refused-bundles.json');
  return new Map(bundles.map(({ name, sha256, edits }) => {
    const parts: Uint8Array[] = [];
    let at = 0;
    for (const [offset, dropped, put] of edits) {
      parts.push(reference.subarray(at, offset), fromHex(put)!);
      at = offset + dropped;
    }
    return [name, { bytes: concat(...parts, reference.subarray(at)), sha256 }];
  }));
}

export const secretOf = (text: string): { secret: Bytes } => ({ secret: utf8(text) });
