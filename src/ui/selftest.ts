// The entry of the self-test's page: it only assembles. Its authority and storage are of a namespace of their own.
import { connect } from '../workers/door/page/connect.ts';
import { speak } from './locales/localisation.ts';
import { installTheme } from './parts/theme.ts';
import { watchReleases } from './release/release-watch.ts';
import { NxSelftest } from './selftest/nx-selftest.ts';

installTheme();
const page = new NxSelftest();
page.client = connect({ namespace: 'selftest' });
document.body.append(page);
void speak('system');
void watchReleases();
