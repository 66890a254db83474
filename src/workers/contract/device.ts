// What the pages know of this device: who lives here and whose session is where. Names and seals only, never content.
import type { Sid, Uid } from './ids.ts';

export const SEAL_COLOURS = ['indigo', 'teal', 'rose', 'amber', 'violet', 'green', 'slate', 'sky'] as const;
export type SealColour = (typeof SEAL_COLOURS)[number];

export const SEAL_PICTURES = ['anchor', 'bird', 'boat', 'comet', 'fern', 'fox', 'key', 'leaf', 'moon', 'mountain', 'star', 'wave'] as const;
export type SealPicture = (typeof SEAL_PICTURES)[number];

/** What a person chose to know their own dialogs by. */
export interface Seal {
  readonly picture: SealPicture;
  readonly colour: SealColour;
}

/** What a page needs to ask a passkey: no secret. */
export interface PasskeyHint {
  readonly cred: Uint8Array<ArrayBuffer>;
  readonly salt: Uint8Array<ArrayBuffer>;
}

export interface UserCard {
  readonly uid: Uid;
  readonly name: string;
  readonly seal: Seal;
  readonly hasPin: boolean;
  /** Of the passkey that opens this home here, where there is one. */
  readonly passkey?: PasskeyHint;
  /** After too many wrong PINs only the password works. */
  readonly pinDisabled: boolean;
  /** True until two words of the recovery phrase were asked back. */
  readonly recoveryUnconfirmed: boolean;
  readonly lockedOutForMs: number;
}

export interface SessionCard {
  readonly sid: Sid;
  readonly uid: Uid;
  readonly locked: boolean;
  readonly openedAt: number;
}

/** The snapshot that a page draws itself from. */
export interface DeviceStatus {
  readonly users: readonly UserCard[];
  readonly sessions: readonly SessionCard[];
  /** The session in front: at most one, open or at its lock screen. None means the greeter, or the OOBE with no users. */
  readonly front?: Sid;
  /** How extents are stored here, for the storage page. */
  readonly extentsAs: 'blob' | 'buffer';
  readonly release: string;
  /** A new id for every authority worker: it changes with each lock. */
  readonly workerId: string;
}
