// How a command ends: each code means one thing (docs/restore-without-us.md).
export const EXIT = { well: 0, other: 1, usage: 2, wrongSecret: 3, damaged: 4, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with one line on standard error. */
export class Failed extends Error {
  readonly code: ExitCode;

  constructor(code: ExitCode, sentence: string) {
    super(sentence);
    this.name = 'Failed';
    this.code = code;
  }
}
