// German for src/ui/selftest.
import type { Pairs } from '../pairs.ts';

export const selftest: Pairs = {
  'Uses every part once, with two users of its own beside yours. Nothing of yours is read or changed.': 'Benutzt jeden Teil einmal, mit zwei eigenen Benutzern neben Ihren. Nichts von Ihnen wird gelesen oder geändert.',
  'Check': 'Prüfung',
  'Result': 'Ergebnis',
  'Time': 'Zeit',
  'Run again': 'Noch einmal',
  'works': 'geht',
  'not claimed: {0}': 'nicht behauptet: {0}',
  'failed: {0}': 'fehlgeschlagen: {0}',
  'Running: {0} of {1}': 'Läuft: {0} von {1}',
  'Everything works here.': 'Hier geht alles.',
  '{0} of {1} checks failed.': '{0} von {1} Prüfungen sind fehlgeschlagen.',
  'The users of the self-test could not be removed: {0}': 'Die Benutzer des Selbsttests ließen sich nicht entfernen: {0}',
};
