// Owns what each command of `nexus-server` does and says.
import { readFileSync } from 'node:fs';
import { accountName, accountByName, addAccount, changeAccount, listAccounts } from '../accounts/accounts.ts';
import { isAcceptable, passwordRecord } from '../accounts/passwords.ts';
import { revokeAccount } from '../oidc/credentials.ts';
import type { Storage } from '../storage/storage.ts';
import type { Asked } from './arguments.ts';
import { readBytes } from './arguments.ts';
import { backupTo, restoreFrom } from './backup.ts';
import { checkStorage, type Fault } from './check.ts';

/** A sentence for the terminal, and how the process ends. */
export class Refused extends Error {
  readonly exit: 1 | 2;
  constructor(sentence: string, exit: 1 | 2 = 1) {
    super(sentence);
    this.exit = exit;
  }
}

export interface Job { readonly storage: Storage; readonly asked: Asked; readonly say: (line: string) => void }
type Command = (job: Job, words: readonly string[]) => Promise<void>;

const GIVEN_BYTES = 15;

/** A password from a file, or one that is made and said once. */
function passwordFor({ asked, storage, say }: Job): string {
  if (asked.passwordFile === undefined) {
    const made = Buffer.from(storage.random(GIVEN_BYTES)).toString('base64url');
    say(`password: ${made}`);
    return made;
  }
  const password = readFileSync(asked.passwordFile, 'utf8').replace(/\r?\n$/, '');
  if (!isAcceptable(password)) throw new Refused('The password needs 10 to 1024 characters.');
  return password;
}

function nameFrom(word: string | undefined): string {
  const name = accountName(word ?? '');
  if (name === undefined) throw new Refused(`"${word ?? ''}" is not a name an account can have.`, 2);
  return name;
}

const change = async ({ storage }: Job, name: string, to: Parameters<typeof changeAccount>[2]): Promise<void> => {
  if (!await changeAccount(storage.rows, name, to)) throw new Refused(`There is no account "${name}".`);
};

async function endSessions({ storage }: Job, name: string): Promise<void> {
  const account = await accountByName(storage.rows, name);
  if (account) await revokeAccount(storage, account.id);
}

const list: Command = async ({ storage, asked, say }) => {
  const accounts = await listAccounts(storage.rows);
  if (asked.json) say(JSON.stringify(accounts));
  else for (const { name, disabled, bytes, objects, quota } of accounts) say(`${name}\t${bytes} of ${quota.bytes} bytes\t${objects} of ${quota.objects} objects${disabled ? '\tdisabled' : ''}`);
};

const add: Command = async (job, [word]) => {
  const { storage, say } = job;
  const name = nameFrom(word);
  if (await accountByName(storage.rows, name)) throw new Refused(`There is an account "${name}" already.`);
  const password = await passwordRecord(passwordFor(job), storage.random);
  const added = await addAccount(storage.rows, { id: Buffer.from(storage.random(16)).toString('hex'), name, password, createdAt: storage.clock() });
  if (!added.ok) throw new Refused(`There is an account "${name}" already.`);
  say(`added ${name}`);
};

const password: Command = async (job, [word]) => {
  const name = nameFrom(word);
  await change(job, name, { password: await passwordRecord(passwordFor(job), job.storage.random) });
  await endSessions(job, name);
  job.say(`changed the password of ${name}; every session is over`);
};

const quota: Command = async (job, [word, bytesWord = '', objectsWord]) => {
  const name = nameFrom(word);
  const quotaBytes = readBytes(bytesWord);
  const quotaObjects = objectsWord === undefined ? undefined : readBytes(objectsWord);
  if (quotaBytes === undefined || (objectsWord !== undefined && quotaObjects === undefined)) throw new Refused('A quota is a number of bytes such as 5G, and a number of objects.', 2);
  await change(job, name, { quotaBytes, ...quotaObjects === undefined ? {} : { quotaObjects } });
  job.say(`${name} may keep ${quotaBytes} bytes`);
};

const disable: Command = async (job, [word]) => {
  const name = nameFrom(word);
  await change(job, name, { disabled: true });
  await endSessions(job, name);
  job.say(`disabled ${name}; every session is over`);
};

const enable: Command = async (job, [word]) => {
  const name = nameFrom(word);
  await change(job, name, { disabled: false });
  job.say(`enabled ${name}`);
};

const FAULTS: Readonly<Record<Fault['kind'], string>> = {
  lost: 'has lost its bytes', changed: 'has other bytes than it should', orphan: 'is named by no row', miscounted: 'is not counted right',
};

const check: Command = async ({ storage, asked, say }) => {
  let open = 0;
  let forgotten = 0;
  for await (const fault of checkStorage(storage, asked)) {
    open += fault.mended ? 0 : 1;
    forgotten += fault.mended && ['lost', 'changed'].includes(fault.kind) ? 1 : 0;
    say(asked.json ? JSON.stringify(fault) : `${fault.where} ${FAULTS[fault.kind]}${fault.mended ? '; mended' : ''}`);
  }
  if (forgotten > 0) say('Start the server again: its feeds begin anew, and devices send again what was lost.');
  if (open > 0) throw new Refused(`${open} faults; --repair mends what can be mended.`);
  if (!asked.json) say('every row has its bytes, every byte its row');
};

const backup: Command = async ({ storage, say }, [folder]) => {
  if (folder === undefined) throw new Refused('Name a folder to back up to.', 2);
  const { rows, blobs } = await backupTo(storage, folder);
  say(`${rows} rows, ${blobs} new files`);
};

const restore: Command = async ({ storage, say }, [folder]) => {
  if (folder === undefined) throw new Refused('Name a folder to restore from.', 2);
  const { rows, blobs } = await restoreFrom(storage, folder).catch((error: unknown) => {
    throw error instanceof Error && error.message === 'there are accounts already' ? new Refused('This server has accounts already.') : error;
  });
  say(`${rows} rows, ${blobs} files`);
};

/** Words → what they do. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  'user list': list, 'user add': add, 'user password': password, 'user quota': quota, 'user disable': disable, 'user enable': enable, check, backup, restore,
};
