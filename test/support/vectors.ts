// Reads test/vectors in a browser and in Node alike.
import type { Bytes } from '../../src/crypto/bytes.ts';

const urlOf = (name: string): URL => new URL(`../vectors/${name}`, import.meta.url);

export async function vectorBytes(name: string): Promise<Bytes> {
  const url = urlOf(name);
  if (url.protocol !== 'file:') return new Uint8Array(await (await fetch(url)).arrayBuffer());
  const fs = 'node:fs/promises';
  const { readFile } = (await import(/* @vite-ignore */ fs)) as { readFile(path: URL): Promise<Uint8Array> };
  return new Uint8Array(await readFile(url));
}

export async function vectorJson<T>(name: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await vectorBytes(name))) as T;
}
