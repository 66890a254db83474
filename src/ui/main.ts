// The entry of the app's page: it only assembles.
import { connect } from '../workers/door/page/connect.ts';
import { NxApp } from './app/nx-app.ts';
import { speak } from './locales/localisation.ts';
import { installTheme } from './parts/theme.ts';
import { watchReleases } from './release/release-watch.ts';

installTheme();
const app = new NxApp();
app.client = connect();
// Words come before the first picture, so that no language flashes by; where they cannot be fetched, English is there.
await speak('system').catch(() => undefined);
document.body.append(app);
void watchReleases();
