// The entry of the page that a sign-in comes back to: it takes the answer out of the address, gives it to the tab that waits,
// and says so; where none waits, the app goes on here.
import { handOver } from './account/come-back.ts';
import { NxComeBack } from './account/nx-come-back.ts';
import { speak } from './locales/localisation.ts';
import { installTheme } from './parts/theme.ts';

const answer = location.search.slice(1);
history.replaceState(null, '', '/');
if (await handOver(answer)) {
  installTheme();
  await speak('system').catch(() => undefined);
  document.body.append(new NxComeBack());
  close();
} else {
  document.title = 'Nexus';
  await import('./main.ts');
}
