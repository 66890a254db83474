import { assert } from 'chai';
import { createHeartbeat } from '../../../../src/workers/door/page/heartbeat.ts';

const setup = () => {
  const state = { now: 0, connected: true, pings: [] as number[], silences: 0, tick: () => undefined as void };
  const heartbeat = createHeartbeat({
    connected: () => state.connected, ping: (count) => void state.pings.push(count), silent: () => { state.silences += 1; }, now: () => state.now,
    every: (_, fire) => { state.tick = fire; },
  });
  const after = (ms: number) => {
    state.now += ms;
    state.tick();
  };
  return { state, heartbeat, after };
};

describe('the heartbeat', () => {
  it('asks nothing without a line', () => {
    const { state, after } = setup();
    state.connected = false;
    after(5000);
    assert.deepEqual(state.pings, []);
  });

  it('is content with an authority that answers', () => {
    const { state, heartbeat, after } = setup();
    for (let i = 0; i < 5; i += 1) {
      after(5000);
      heartbeat.pong(state.pings.at(-1) ?? 0);
    }
    assert.deepEqual([state.pings, state.silences], [[1, 2, 3, 4, 5], 0]);
  });

  it('tells one that is silent for five seconds', () => {
    const { state, after } = setup();
    after(5000);
    after(5000);
    assert.equal(state.silences, 1);
  });

  it('does not take its own sleep for silence', () => {
    const { state, heartbeat, after } = setup();
    after(5000);
    after(3_600_000);
    assert.equal(state.silences, 0);
    heartbeat.pong(2);
    after(5000);
    assert.equal(state.silences, 0);
  });

  it('starts anew with a new line', () => {
    const { state, heartbeat, after } = setup();
    after(5000);
    heartbeat.reset();
    after(5000);
    assert.equal(state.silences, 0);
  });
});
