// The entry of the page that a page elsewhere opens to ask for access: it only assembles.
import { connect } from '../workers/door/page/connect.ts';
import { NxConnect } from './connect/nx-connect.ts';
import { speak } from './locales/localisation.ts';
import { installTheme } from './parts/theme.ts';

installTheme();
const page = new NxConnect();
page.client = connect();
await speak('system').catch(() => undefined);
document.body.append(page);
