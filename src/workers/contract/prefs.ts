// A person's own settings, sealed in their home.
import type { Retention } from './backup.ts';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Appearance = 'system' | 'light' | 'dark';

export interface Prefs {
  readonly language: Language | 'system';
  readonly appearance: Appearance;
  /** null = never. */
  readonly autoLockMs: number | null;
  readonly filesView: 'grid' | 'list';
  readonly retention: Retention;
}
