// German, whole: one table a surface, each written as pairs of English and German. test/ui/german.node.ts finds what is missing.
import { account } from './de/account.ts';
import { app } from './de/app.ts';
import { apps } from './de/apps.ts';
import { audit } from './de/audit.ts';
import { backup } from './de/backup.ts';
import { desktop } from './de/desktop.ts';
import { errors } from './de/errors.ts';
import { files } from './de/files.ts';
import { keys } from './de/keys.ts';
import { selftest } from './de/selftest.ts';
import { settings } from './de/settings.ts';
import { signing } from './de/signing.ts';
import { sync } from './de/sync.ts';
import { templatesOf } from './pairs.ts';

export const templates = templatesOf(app, apps, account, audit, errors, signing, keys, desktop, files, backup, selftest, settings, sync);
