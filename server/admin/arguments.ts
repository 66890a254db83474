// Owns what `nexus-server` is asked to do: one table of words, checked before anything is opened.
import { parseArgs } from 'node:util';

export const USAGE = `nexus-server: looks after a NexusAccount server's data

  nexus-server user list [--json]
  nexus-server user add NAME [--password-file F]      prints a password where none is given
  nexus-server user password NAME [--password-file F] the same for who has forgotten; ends every session
  nexus-server user quota NAME BYTES [OBJECTS]        BYTES may end in K, M, G or T
  nexus-server user disable NAME                      ends every session at once; enable takes it back
  nexus-server user enable NAME
  nexus-server check [--repair] [--deep] [--json]     every row has its bytes and every byte its row
  nexus-server backup FOLDER                          while the server runs; again into the same folder brings it up to date
  nexus-server restore FOLDER                         into a server that has no accounts yet

It looks where the server does: NEXUS_DATA, or NEXUS_DATABASE_URL and NEXUS_OBJECTS.
It ends with 0 where all is well, 1 where it is not, 2 for what it does not understand.
`;

const FLAGS = { json: { type: 'boolean' }, repair: { type: 'boolean' }, deep: { type: 'boolean' }, help: { type: 'boolean' }, 'password-file': { type: 'string' } } as const;

export interface Asked { readonly words: readonly string[]; readonly json: boolean; readonly repair: boolean; readonly deep: boolean; readonly passwordFile: string | undefined }

/** The words and flags; undefined for what cannot be meant. */
export function readArguments(args: readonly string[]): Asked | undefined {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
    return values.help === true ? undefined : { words: positionals, json: values.json === true, repair: values.repair === true, deep: values.deep === true, passwordFile: values['password-file'] };
  } catch {
    return undefined;
  }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** A number of bytes such as `5G`; undefined for what is none. */
export function readBytes(text: string): number | undefined {
  const match = /^(\d{1,12})([KMGT]?)$/i.exec(text);
  const bytes = Number(match?.[1]) * UNITS[match?.[2]?.toUpperCase() ?? '']!;
  return match && Number.isSafeInteger(bytes) ? bytes : undefined;
}
