// What pages know of apps: which are here, what each may reach, what it did, and what one asks for now.
import type { Ask, DatasetPolicy, GrantMode, Scope } from './app-protocol.ts';
import type { Command } from './home.ts';
import type { AppId, GrantId, InstanceId, LeashName, NodeId, PromptId } from './ids.ts';

/** `embedded`: its package is kept here and runs in a frame. `connected`: a page of another origin. */
export type AppKind = 'embedded' | 'connected';

/** What an app is, before it is here: as its manifest says, from where it came. */
export interface AppPlan {
  /** Its manifest's. */
  readonly url: string;
  readonly name: string;
  /** Where it comes from, with the folder. */
  readonly origin: string;
  /** Of manifest and start script together, hex. */
  readonly hash: string;
  readonly bytes: number;
  readonly asks: readonly (Ask & { readonly why: string })[];
  /** It is here already: as it is, or in another form. */
  readonly known?: 'same' | 'other';
}

export interface GrantCard {
  readonly grantId: GrantId;
  readonly scope: Scope;
  readonly mode: GrantMode;
  readonly expiresAt: number;
  /** What for, as the app said when it was given. */
  readonly purpose: string;
  /** Where a `home:` resource is now; absent where it is gone. */
  readonly path?: string;
  /** It is on the storage of an account. */
  readonly online?: true;
  /** The app that passed it on. */
  readonly from?: string;
}

export interface AppCard {
  readonly appId: AppId;
  readonly kind: AppKind;
  readonly name: string;
  /** An origin, and of an embedded app the folder. */
  readonly origin: string;
  readonly url?: string;
  readonly hash?: string;
  readonly since: number;
  readonly lastUsed?: number;
  readonly grants: readonly GrantCard[];
  /** Something was denied, and is not asked again before its day is over. */
  readonly denied: boolean;
  /** Entries and bytes that it keeps in its own dataset. */
  readonly dataset: { readonly entries: number; readonly bytes: number };
  /** Whether that is carried to the person's other devices; absent where the app does not say what becomes of what two devices changed. */
  readonly carried?: CarriedCard;
}

export interface CarriedCard {
  readonly policy: DatasetPolicy;
  readonly on: boolean;
  /** Values that wait to be sent, and those that wait for the app's decision. */
  readonly waiting: number;
  readonly conflicts: number;
  /** The account has more than this device may hold, or what cannot be read here: it was left there. */
  readonly left: boolean;
}

/** What an app keeps as secrets and keys, counted; no page is told more. */
export interface KeptCard {
  readonly appId: AppId;
  readonly name: string;
  /** An origin, and of an embedded app the folder. */
  readonly origin: string;
  /** In its vault. */
  readonly secrets: number;
  /** In force; absent where what is written of them does not open. */
  readonly keys?: number;
}

/** One access, or several alike in a row. */
export interface AccessEntry {
  readonly at: number;
  readonly call: string;
  readonly count: number;
  readonly bytes: number;
  /** `ok`, or the code of what refused it. */
  readonly result: string;
  /** Where, from what was granted. */
  readonly path?: string;
}

/** One question: what an app asks for on one resource. */
export interface PromptItem {
  readonly resource?: string;
  readonly scopes: readonly { readonly scope: Scope; readonly why: string }[];
  /** What may be chosen, least first. */
  readonly modes: readonly GrantMode[];
  /** Of `dataset:account`: whose storage it is on, as its provider calls them. */
  readonly account?: string;
  /** Of a `home:` resource: what it proposes, and the node that is there. */
  readonly proposed?: { readonly path: string; readonly kind: 'folder' | 'file'; readonly node?: NodeId };
}

export interface PromptCard {
  readonly promptId: PromptId;
  readonly instance: InstanceId;
  readonly appId: AppId;
  readonly kind: AppKind;
  readonly name: string;
  readonly origin: string;
  readonly items: readonly PromptItem[];
}

/** For each item in its order; `node` where one was chosen, else the proposed path is made. */
export interface Consent {
  readonly mode: GrantMode;
  readonly node?: NodeId;
}

export interface Reach {
  readonly files: number;
  readonly bytes: number;
  /** There are more than were counted. */
  readonly more: boolean;
}

export interface GrantsSurface {
  listApps(args: Record<never, never>): readonly AppCard[];
  /** Fetches and reads a package; nothing is kept. */
  planInstall(args: { readonly url: string }): AppPlan;
  /** Of the very package that `hash` names. One that is here already is replaced, and asks anew for everything. */
  installApp(args: Command & { readonly url: string; readonly hash: string }): AppCard;
  /** With its grants and its dataset. */
  removeApp(args: Command & { readonly appId: AppId }): void;
  /** Starts an embedded app: `line` is the far end of the port that its frame gets, `leash` the name of a Web Lock that the page holds while it is there. */
  openApp(args: { readonly appId: AppId; readonly line: MessagePort; readonly leash: LeashName }): { readonly instance: InstanceId; readonly name: string; readonly code: string };
  /** The same for a page of another origin, as the browser reports it. */
  connectApp(args: { readonly origin: string; readonly line: MessagePort; readonly leash: LeashName }): { readonly instance: InstanceId; readonly name: string };
  closeApp(args: { readonly instance: InstanceId }): void;
  /** What this instance waits for; `apps.unknown` where it ended. */
  readPrompt(args: { readonly instance: InstanceId }): PromptCard | null;
  allowPrompt(args: Command & { readonly promptId: PromptId; readonly consents: readonly Consent[] }): void;
  /** `remember`: it is not asked again for a day; otherwise not while the app stays open. */
  denyPrompt(args: Command & { readonly promptId: PromptId; readonly remember: boolean }): void;
  /** What an app would reach there. */
  measureReach(args: { readonly node: NodeId }): Reach;
  /** One permission, or all of an app's. */
  revokeAccess(args: Command & { readonly appId: AppId; readonly grantId?: GrantId }): void;
  forgetDenials(args: Command & { readonly appId: AppId }): void;
  /** Newest first. */
  readAccessLog(args: { readonly appId: AppId }): readonly AccessEntry[];
  /** Of every app. */
  listKept(args: Record<never, never>): readonly KeptCard[];
  /** Removes every secret that an app keeps in its vault; its keys and its dataset stay. */
  emptyVault(args: Command & { readonly appId: AppId }): void;
}
