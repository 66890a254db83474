// German for src/ui/app, src/ui/parts and src/ui/release.
import type { Pairs } from '../pairs.ts';

export const app: Pairs = {
  'Nexus is open in another tab': 'Nexus ist in einem anderen Tab offen',
  'Go on in that tab, or use Nexus here. The other tab then locks; nothing that was saved is lost.': 'Machen Sie in jenem Tab weiter oder benutzen Sie Nexus hier. Der andere Tab wird dann gesperrt; nichts Gespeichertes ist verloren.',
  'Use Nexus here': 'Nexus hier benutzen',
  'Reload': 'Neu laden',
  'Stored by a newer release': 'Von einer neueren Version gespeichert',
  'Nexus cannot start': 'Nexus kann nicht starten',
  'The browser stopped the part of Nexus that keeps your data. Nothing that was saved is lost. Reload the page; if it stays, restart the browser.': 'Der Browser hat den Teil von Nexus beendet, der Ihre Daten verwahrt. Nichts Gespeichertes ist verloren. Laden Sie die Seite neu; bleibt es so, starten Sie den Browser neu.',
  'Starting Nexus': 'Nexus startet',
  'A part of Nexus could not be loaded': 'Ein Teil von Nexus ließ sich nicht laden',
  'Nothing that was saved is lost. Check the connection and reload the page.': 'Nichts Gespeichertes ist verloren. Prüfen Sie die Verbindung und laden Sie die Seite neu.',
  'Cancel': 'Abbrechen',
  'Getting ready': 'Wird vorbereitet',
  'Finishing': 'Wird abgeschlossen',
  '{0} of {1} items': '{0} von {1} Objekten',
  '{0} of {1}': '{0} von {1}',
  '{0} left': 'noch {0}',
  'A new release of Nexus is ready.': 'Eine neue Version von Nexus liegt bereit.',
  'Taking it reloads this page and locks your session. Nothing that was saved is lost.': 'Sie zu nehmen lädt diese Seite neu und sperrt Ihre Sitzung. Nichts Gespeichertes ist verloren.',
  'Later': 'Später',
  'Update now': 'Jetzt aktualisieren',
};
