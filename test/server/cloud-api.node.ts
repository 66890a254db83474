// docs/cloud-api.md, run as a reader would: each `sh` block in order, in one shell; where a block of what is answered follows, it
// is what comes.
import { assert } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROBLEMS } from '../../src/sync/wire/problems.ts';
import { person } from './support/person.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const text = readFileSync(join(DOCS, 'cloud-api.md'), 'utf8');

interface Example { readonly script: string; readonly answer: string | undefined }

const examples: readonly Example[] = [...text.matchAll(/```sh\n([\s\S]*?)```(?:\n```(?:json|text)\n([\s\S]*?)\n```)?/g)].map(([, script, answer]) => ({ script: script!, answer }));

describe('docs/cloud-api.md', () => {
  let server: TestServer;
  let folder: string;
  before(async () => {
    server = await startTestServer();
    folder = mkdtempSync(join(tmpdir(), 'nexus-docs-'));
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  /** What the last of the scripts prints, after those before it ran silently in the same shell. */
  const run = (scripts: readonly string[]): Promise<string> => new Promise((resolve, reject) => {
    const last = scripts.at(-1)!;
    const script = `set -e\n{ ${scripts.slice(0, -1).join('\n')}\n:; } > before.out\n${last}`;
    execFile('bash', ['-c', script], { cwd: folder, env: { ...process.env, NEXUS: server.origin, DOCS, PATH: `${join(process.execPath, '..')}:${process.env.PATH ?? ''}` } }, (error, out, complaint) => {
      if (error) reject(new Error(`${complaint}\n${out}`));
      else resolve(out);
    });
  });

  async function approve(): Promise<void> {
    const { verification_uri: uri, user_code: code } = JSON.parse(readFileSync(join(folder, 'device.json'), 'utf8')) as { verification_uri: string; user_code: string };
    const who = person('http://nowhere.example');
    const signIn = await who.send(await who.send(await who.open(uri), '/device', { user_code: code }), '/device');
    const form = await who.open(new URL(/href="([^"]*\/sign-up)"/.exec(signIn.text)![1]!, server.origin).href);
    const offered = await who.send(form, '/sign-up', { name: 'reader', password: 'a long enough password' });
    const done = await who.send(await who.send(offered, '/continue'), '/consent', { answer: 'allow' });
    assert.include(done.text, 'The device is signed in');
  }

  it('has examples that do what it says', async () => {
    assert.isAbove(examples.length, 6);
    const [ask, tokens, ...rest] = examples;
    await run([ask!.script]);
    await approve();
    // Each example goes on with what those before it set; the device code is used once.
    const kept = tokens!.script.split('\n').filter((line) => !/curl -fsS|grant_type=|^ {2}-d/.test(line)).join('\n');
    await run([tokens!.script]);
    const variables = rest.flatMap(({ script }) => script.split('\n').filter((line) => /^(?:ID|EXTENT)=/.test(line)));
    const [id] = variables;
    const fixed = `ID=${(await run([id!, 'printf %s "$ID"'])).trim()}`;
    for (const { script, answer } of rest) {
      const out = await run([kept, fixed, script.replace(/^ID=.*$/m, '')]);
      if (answer !== undefined) assert.equal(out.trim(), answer.trim(), script);
    }
  });

  it('names every problem code with its status, and no other', () => {
    const told = [...text.matchAll(/^\| `([a-z_.]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [code, Number(status)]);
    assert.deepEqual(told, Object.entries(PROBLEMS).map(([code, [status]]) => [code, status]));
  });
});
