// Apps in the built app, in Chromium: from "Allow" to the first byte in an embedded one (the binding, the way to the authority and back,
// a file opened), and a token at hand at the page of a connected one.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openDevice } from '../../test/e2e/support/device.ts';
import type { DevicePage } from '../../test/e2e/support/page.ts';
import { bundled, hostApp } from '../../test/e2e/support/hosted-app.ts';
import { ADA, createUser, goTo, signUp } from '../../test/e2e/support/person.ts';
import { until } from '../../test/e2e/support/until.ts';
import { median } from '../harness/rounds.ts';
import { type Measurement, type Row, row } from '../measurement.ts';

const BOUND_MS = 150;
const TOKEN_MS = 2;
const MANIFEST = JSON.stringify({
  v: 1, id: 'bench.reader', name: 'Reader', start: 'app.js',
  scopes: (['read:files', 'write:files'] as const).map((scope) => ({ scope, resource: 'home:/Bench/*', why: 'To measure.' })),
});

/** Speaks the protocol by hand, so that nothing but the authority is measured; writes its file where it is not there yet. */
const APP = `
const waiting = new Map();
let count = 0;
nexusPort.onmessage = ({ data }) => { waiting.get(data.id)?.(data); };
const call = (call, args) => new Promise((resolve) => { count += 1; waiting.set(count, resolve); nexusPort.postMessage({ id: count, call, args }); });
const asks = ['read:files', 'write:files'].map((scope) => ({ scope, resource: 'home:/Bench/*' }));
const { value: [{ binding }] } = await call('request', { asks });
const read = await call('read', { binding, path: 'data.bin', from: 0, length: 65536 });
if (read.ok) globalThis.firstByteAt = performance.timeOrigin + performance.now();
else await call('write', { binding, path: 'data.bin', content: { bytes: new Uint8Array(1048576), mediaType: 'application/octet-stream' } });
globalThis.over = true;
`;

async function serveApp(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(({ url }, response) => {
    response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/plain' }).end(url === '/app.js' ? APP : MANIFEST);
  });
  await once(server.listen(0), 'listening');
  return { url: `http://localhost:${(server.address() as AddressInfo).port}/nexus-app.json`, close: () => void server.close() };
}

async function install(page: DevicePage, url: string): Promise<void> {
  await goTo(page, 'Apps');
  await page.getByRole('button', 'Add an app').click();
  await page.getByRole('textbox', 'Address of an app').fill(url);
  await page.getByRole('button', 'Look at it').click();
  await page.getByRole('button', 'Install app').click();
}

/** Opens the app, says yes, and gives ms from that to its first byte; undefined where it had nothing to read. */
async function openAndRead(page: DevicePage): Promise<number | undefined> {
  await page.getByRole('button', 'Open Reader').click();
  const dialog = page.getByRole('dialog', 'Allow “Reader”?');
  await dialog.waitFor();
  await page.evaluate(() => {
    addEventListener('click', () => { (globalThis as { allowedAt?: number }).allowedAt = performance.timeOrigin + performance.now(); }, { capture: true });
  });
  await dialog.getByRole('button', 'Allow').click();
  await until('the app to be done', () => page.evaluateInApp(() => (globalThis as { over?: boolean }).over === true));
  const [from, to] = [await page.evaluate(() => (globalThis as { allowedAt?: number }).allowedAt), await page.evaluateInApp(() => (globalThis as { firstByteAt?: number }).firstByteAt)];
  await page.getByRole('button', 'Close app').click();
  return from === undefined || to === undefined ? undefined : to - from;
}

const firstByte: Measurement = {
  id: 'app-first-byte',
  engine: 'chromium',
  async run({ rounds }): Promise<Row[]> {
    const [app, device] = [await serveApp(), await openDevice('chromium')];
    try {
      const page = await device.newPage('/');
      await createUser(page, ADA);
      await install(page, app.url);
      await openAndRead(page);
      const took: number[] = [];
      for (let round = 0; round < rounds; round += 1) took.push(await openAndRead(page) ?? Number.POSITIVE_INFINITY);
      return [row({ id: 'app-first-byte', unit: 'ms', ours: median(took), against: 'the bound', theirs: BOUND_MS, target: 1, atMost: true })];
    } finally {
      await device.close();
      app.close();
    }
  },
};

/** A token that is at hand, from the page of an app at another origin to the authority and back. */
const token: Measurement = {
  id: 'app-token',
  engine: 'chromium',
  async run(): Promise<Row[]> {
    const device = await openDevice('chromium');
    const manifest = JSON.stringify({ v: 1, id: 'bench.token', name: 'Token', scopes: [{ scope: 'read:dataset', resource: 'dataset:account', why: 'To measure.' }] });
    const site = await hostApp({ script: await bundled('bench/page/token-app.ts'), page: `<!doctype html><html lang="en"><title>Token</title><button value="${device.origin}">Measure</button><script type="module" src="/app.js"></script></html>`, manifest });
    try {
      const page = await device.newPage('/');
      await createUser(page, ADA);
      await signUp(page, ADA);
      const app = await device.newPage(`${site.origin}/`);
      await app.getByRole('button', 'Measure').click();
      await (await device.popup('/connect')).getByRole('dialog', 'Allow “Token”?').getByRole('button', 'Allow').click();
      const took = await until('the tokens to be there', () => app.evaluate(() => document.body.dataset['took']), { withinMs: 60_000 });
      return [row({ id: 'app-token', unit: 'ms', ours: Number(took), against: 'the bound', theirs: TOKEN_MS, target: 1, atMost: true })];
    } finally {
      await device.close();
      site.close();
    }
  },
};

export const appMeasurements: readonly Measurement[] = [firstByte, token];
