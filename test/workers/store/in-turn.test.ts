// Work in turn: one piece after the other, however each ends, and only where it belongs together.
import { assert } from 'chai';
import { createTurn, createTurns } from '../../../src/workers/store/in-turn.ts';

interface Piece { readonly body: () => Promise<string>; end(): void; fail(): void }

function createPieces(): { readonly began: string[]; piece(name: string): Piece } {
  const began: string[] = [];
  return {
    began,
    piece(name) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      return {
        body: () => {
          began.push(name);
          return promise;
        },
        end: () => { resolve(name); },
        fail: () => { reject(new Error(name)); },
      };
    },
  };
}

const settled = () => new Promise((resolve) => { setTimeout(resolve); });
const faultOf = (run: Promise<unknown>) => run.then(() => 'none', (fault: unknown) => (fault as Error).message);

describe('work in turn', () => {
  it('begins once what came before is over, and gives what it gave', async () => {
    const { began, piece } = createPieces();
    const [first, second] = [piece('first'), piece('second')];
    const turn = createTurn();
    const runs = [turn(first.body), turn(second.body)];
    await settled();
    assert.deepEqual(began, ['first']);
    first.end();
    await settled();
    assert.deepEqual(began, ['first', 'second']);
    second.end();
    assert.deepEqual(await Promise.all(runs), ['first', 'second']);
  });

  it('goes on after what failed, and says so to its own caller alone', async () => {
    const { piece } = createPieces();
    const [first, second] = [piece('first'), piece('second')];
    const turn = createTurn();
    const fault = faultOf(turn(first.body));
    const after = turn(second.body);
    first.fail();
    second.end();
    assert.deepEqual([await fault, await after], ['first', 'second']);
  });

  it('waits for what has its key alone, also where others came and went', async () => {
    const { began, piece } = createPieces();
    const inTurn = createTurns<string>();
    const [one, two, three, elsewhere] = [piece('one'), piece('two'), piece('three'), piece('else')];
    const fault = faultOf(inTurn('a', one.body));
    const second = inTurn('a', two.body);
    const other = inTurn('b', elsewhere.body);
    await settled();
    assert.deepEqual(began, ['one', 'else']);
    one.fail();
    assert.equal(await fault, 'one');
    // The first is over, the second is not: the third waits for it.
    const third = inTurn('a', three.body);
    await settled();
    assert.deepEqual(began, ['one', 'else', 'two']);
    for (const each of [two, three, elsewhere]) each.end();
    assert.deepEqual(await Promise.all([second, third, other]), ['two', 'three', 'else']);
    const { began: later, piece: another } = createPieces();
    const last = another('last');
    last.end();
    assert.equal(await inTurn('a', last.body), 'last');
    assert.deepEqual(later, ['last']);
  });
});
