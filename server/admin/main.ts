// Entry of `npx nexus-server`: reads what is asked, opens the storage that the server has, does it.
import { join } from 'node:path';
import { openStorage } from '../open-storage.ts';
import { OptionError, readOptions } from '../options.ts';
import { readArguments, USAGE } from './arguments.ts';
import { COMMANDS, Refused } from './commands.ts';

function fail(sentence: string, exit: number): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(exit);
}

function place() {
  try {
    return readOptions([], process.env, join(import.meta.dirname, '../..'));
  } catch (error) {
    return error instanceof OptionError ? fail(error.message, 2) : fail('The settings could not be read.', 2);
  }
}

const asked = readArguments(process.argv.slice(2));
const words = asked?.words ?? [];
const length = words[0] === 'user' ? 2 : 1;
const command = COMMANDS[words.slice(0, length).join(' ')];
if (!asked || !command) fail(USAGE, 2);
const storage = await openStorage(place(), () => undefined).catch((error: unknown) => fail(`The storage could not be opened: ${error instanceof Error && 'code' in error ? String(error.code) : 'see NEXUS_DATA'}.`, 1));
try {
  await command({ storage, asked, say: (line) => { process.stdout.write(`${line}\n`); } }, words.slice(length));
} catch (error) {
  process.exitCode = error instanceof Refused ? error.exit : 1;
  process.stderr.write(`${error instanceof Error ? error.message : 'It failed.'}\n`);
}
await storage.close();
