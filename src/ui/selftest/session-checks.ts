// Checks of users and sessions: made, logged in, locked, unlocked, switched.
import { frontIs, must, mustHold, mustRefuse, nobodyInFront, password, status, type World } from './world.ts';
import { secretBytes } from '../parts/secret.ts';

export async function createAndLogin(world: World): Promise<void> {
  const { call } = world.client;
  const made = must(await call.createUser({ name: 'Self-test one', seal: { picture: 'star', colour: 'slate' }, secret: password() }));
  await frontIs(world.client, made.sid, false);
  must(await call.logout({ sid: made.sid }));
  await nobodyInFront(world.client);
  const { sid } = must(await call.login({ uid: made.uid, kind: 'password', secret: password() }));
  await frontIs(world.client, sid, false);
  world.first = { uid: made.uid, sid };
}

export async function lockAndUnlock({ client, first }: World): Promise<void> {
  const { sid } = first!;
  const before = await status(client, () => true);
  must(await client.call.lock({}));
  await frontIs(client, sid, true);
  // The worker that held the keys is ended; another one answers.
  await status(client, (now) => now.workerId !== before.workerId);
  mustRefuse(await client.call.unlock({ sid, kind: 'password', secret: secretBytes('not the password') }), 'auth.rejected');
  must(await client.call.unlock({ sid, kind: 'password', secret: password() }));
  await frontIs(client, sid, false);
}

export async function switchUser(world: World): Promise<void> {
  const { client, first } = world;
  must(await client.call.showGreeter({}));
  await nobodyInFront(client);
  const made = must(await client.call.createUser({ name: 'Self-test two', seal: { picture: 'moon', colour: 'teal' }, secret: password() }));
  world.second = made;
  const now = await frontIs(client, made.sid, false);
  mustHold(now.sessions.every(({ sid, locked }) => sid === made.sid || locked), 'two sessions are open');
  const root = must(await client.call.homeRoot({}));
  mustHold(must(await client.call.listFolder({ folder: root })).entries.length === 0, 'one home shows in the other');
  must(await client.call.showGreeter({}));
  await nobodyInFront(client);
  const { sid } = must(await client.call.login({ uid: first!.uid, kind: 'password', secret: password() }));
  world.first = { uid: first!.uid, sid };
  await frontIs(client, sid, false);
}

/** Deletes every user of the self-test's own namespace, those of a run that broke off too. */
export async function cleanUp({ client }: World): Promise<void> {
  const { users } = await status(client, () => true);
  for (const { uid } of users) must(await client.call.deleteUser({ uid, secret: password() }));
  await status(client, (now) => now.users.length === 0);
}
