// German for src/ui/desktop.
import type { Pairs } from '../pairs.ts';

export const desktop: Pairs = {
  'Nexus is starting again': 'Nexus startet neu',
  'Kept by this browser': 'Dieser Browser behält es',
  'This browser may remove it: back up': 'Dieser Browser kann es löschen: sichern',
  'May not last here: back up': 'Hier nicht von Dauer: sichern',
  'Files': 'Dateien',
  'Settings': 'Einstellungen',
  'Your recovery phrase was not confirmed yet. Without it, a forgotten password closes your home for good.': 'Ihre Wiederherstellungsphrase wurde noch nicht bestätigt. Ohne sie verschließt ein vergessenes Passwort Ihr Zuhause für immer.',
  'Open Settings': 'Einstellungen öffnen',
  'Log out': 'Abmelden',
  'Lock now': 'Jetzt sperren',
  'This part of Nexus could not be loaded. Nothing is lost. Reload the page.': 'Dieser Teil von Nexus ließ sich nicht laden. Nichts ist verloren. Laden Sie die Seite neu.',
};
