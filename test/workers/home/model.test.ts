// Random days in a home agree with a model of it: paths and what is in them.
import { assert } from 'chai';
import fc from 'fast-check';
import type { FolderListing } from '../../../src/workers/contract/home.ts';
import type { NodeId } from '../../../src/workers/contract/ids.ts';
import type { Answer } from '../../../src/workers/contract/surface.ts';
import { bytes, command, newHome, type TestHome, value, workPort } from './test-home.ts';

const NAMES = ['a', 'b', 'c'] as const;
const SIZES = [0, 10, 40_000] as const;

type Model = Map<string, { readonly kind: 'folder' } | { readonly kind: 'file'; readonly seed: number; readonly size: number }>;

type Step =
  | { readonly do: 'add'; readonly path: readonly string[]; readonly size: number; readonly seed: number }
  | { readonly do: 'rename'; readonly path: readonly string[]; readonly name: string }
  | { readonly do: 'move'; readonly path: readonly string[]; readonly to: readonly string[] }
  | { readonly do: 'delete'; readonly path: readonly string[] }
  | { readonly do: 'reopen' };

const name = fc.constantFrom(...NAMES);
const path = fc.array(name, { minLength: 1, maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('add' as const), path, size: fc.constantFrom(...SIZES), seed: fc.integer({ min: 1, max: 250 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rename' as const), path, name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), path, to: fc.array(name, { maxLength: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), path }) },
  { weight: 1, arbitrary: fc.constant({ do: 'reopen' as const }) },
);

const join = (parts: readonly string[]): string => parts.join('/');
const under = (model: Model, at: string): string[] => [...model.keys()].filter((one) => one === at || one.startsWith(`${at}/`));

async function idAt(home: TestHome, parts: readonly string[]): Promise<NodeId | undefined> {
  let id: NodeId | undefined = home.root;
  for (const part of parts) {
    const listing: Answer<FolderListing> | undefined = id && (await home.surface.listFolder({ folder: id }));
    id = listing?.ok ? listing.value.entries.find((entry) => entry.name === part)?.id : undefined;
  }
  return id;
}

/** Moves everything under one path to another. */
function shift(model: Model, from: string, to: string): void {
  for (const at of under(model, from)) {
    const what = model.get(at);
    model.delete(at);
    if (what) model.set(to + at.slice(from.length), what);
  }
}

function expectAdd(model: Model, { path: parts, size, seed }: Extract<Step, { do: 'add' }>): void {
  for (let count = 1; count < parts.length; count += 1) {
    const at = join(parts.slice(0, count));
    if (model.get(at)?.kind === 'file') return;
    model.set(at, { kind: 'folder' });
  }
  const there = model.get(join(parts));
  if (there?.kind !== 'folder') model.set(join(parts), { kind: 'file', seed, size });
}

async function take(home: TestHome, model: Model, one: Step): Promise<TestHome> {
  if (one.do === 'reopen') {
    await home.close();
    return home.again();
  }
  if (one.do === 'add') {
    const clashesFolder = model.get(join(one.path))?.kind === 'folder';
    await home.add({ [join(one.path)]: bytes(one.size, one.seed) }, { clash: clashesFolder ? 'skip' : 'replace' });
    expectAdd(model, one);
    return home;
  }
  const [id, at] = [await idAt(home, one.path), join(one.path)];
  assert.equal(id !== undefined, model.has(at), at);
  if (!id) return home;
  const parent = join(one.path.slice(0, -1));
  if (one.do === 'rename') {
    const to = parent === '' ? one.name : `${parent}/${one.name}`;
    const { ok } = await home.surface.renameNode({ ...command(), node: id, name: one.name });
    assert.equal(ok, to === at || !model.has(to));
    if (ok && to !== at) shift(model, at, to);
  } else if (one.do === 'move') {
    const target = await idAt(home, one.to);
    if (!target) return home;
    const to = [...one.to, one.path.at(-1)].join('/');
    const possible = one.to.length === 0 || (model.get(join(one.to))?.kind === 'folder' && !under(model, at).includes(join(one.to)));
    const { ok } = await home.surface.moveNodes({ ...command(), nodes: [id], to: target, clash: 'skip' });
    assert.equal(ok, possible);
    if (ok && to !== at && !model.has(to)) shift(model, at, to);
  } else {
    value(await home.surface.trashNodes({ ...command(), nodes: [id] }));
    value(await home.surface.deleteNodes({ ...command(), nodes: [id] }));
    for (const gone of under(model, at)) model.delete(gone);
  }
  return home;
}

async function agrees(home: TestHome, model: Model, folder = home.root, above = ''): Promise<void> {
  const { entries } = value(await home.surface.listFolder({ folder }));
  const expected = [...model.keys()].filter((one) => one.startsWith(above) && !one.slice(above.length).includes('/')).map((one) => one.slice(above.length));
  assert.sameMembers(entries.map((entry) => entry.name), expected);
  for (const entry of entries) {
    const what = model.get(above + entry.name);
    assert.equal(entry.kind, what?.kind);
    if (what?.kind === 'file') assert.deepEqual(await home.read(entry.id), bytes(what.size, what.seed), above + entry.name);
    else await agrees(home, model, entry.id, `${above}${entry.name}/`);
  }
}

describe('random days in a home', () => {
  it('agree with a model of it, and leave it sound', () => fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
    let home = await newHome();
    const model: Model = new Map();
    for (const one of steps) home = await take(home, model, one);
    await agrees(home, model);
    assert.deepEqual(value(await home.surface.checkHome({ repair: false, content: true, port: workPort() })).faults, []);
    await home.close();
  }), { numRuns: 100 }));
});
