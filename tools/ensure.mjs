// Brings what a fresh clone lacks. Runs on Node 20 with no dependency; says in one plain line what it cannot.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, 'node_modules', '.bin', name);

/** The Node 24 that the `node` package brings. */
export const node = () => bin('node');

const runsNode24 = () => {
  const asked = spawnSync(node(), ['--version'], { encoding: 'utf8' });
  return asked.status === 0 && asked.stdout.startsWith('v24.');
};

/** Installs the locked dependencies where they are missing or older than the lockfile. */
export function ensureDependencies() {
  const stamp = join(root, 'node_modules', '.nexus-installed');
  const lock = join(root, 'package-lock.json');
  const fresh = existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lock).mtimeMs;
  if (fresh && runsNode24()) return;
  console.log('nexus: installing dependencies');
  const install = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (install.status !== 0) fail('npm ci failed; dependencies are missing.');
  // Where install scripts are not allowed, npm leaves the `node` package without its binary: its own script brings it.
  if (!runsNode24()) spawnSync(process.execPath, [join(root, 'node_modules/node/installArchSpecificPackage.js')], { cwd: join(root, 'node_modules/node') });
  if (!runsNode24()) fail('Node 24 could not be installed by the "node" package.');
  writeFileSync(stamp, '');
}

/** The three engines: how each is found, and the Debian packages that bring it. */
export const ENGINES = {
  chromium: { paths: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'], packages: ['chromium'] },
  firefox: { paths: ['/usr/bin/firefox-esr', '/usr/bin/firefox'], packages: ['firefox-esr'] },
  webkit: { paths: ['/usr/bin/WebKitWebDriver'], packages: ['webkit2gtk-driver', 'xvfb'] },
};

const isDebianRoot = () => existsSync('/etc/debian_version') && process.getuid?.() === 0;

/** The engines that are here, after an attempt to install the others on Debian as root. */
export function ensureEngines() {
  const present = () => Object.keys(ENGINES).filter((name) => ENGINES[name].paths.some(existsSync)
    && (name !== 'webkit' || existsSync('/usr/bin/Xvfb')));
  const missing = Object.keys(ENGINES).filter((name) => !present().includes(name));
  if (missing.length > 0 && isDebianRoot()) {
    apt([...missing.flatMap((name) => ENGINES[name].packages), 'fonts-dejavu-core']);
  }
  return present();
}

/** What tools/with-services.mjs starts: a program of each, and the Debian packages that bring them. */
const SERVICES = { programs: ['/usr/lib/postgresql', '/usr/bin/ceph-mon', '/usr/bin/ceph-osd', '/usr/bin/ceph-mgr', '/usr/bin/radosgw'], packages: ['postgresql', 'ceph-mon', 'ceph-osd', 'ceph-mgr', 'radosgw', 'ceph-common'] };

/** Whether PostgreSQL and Ceph are here, after an attempt to install them on Debian as root. */
export function ensureServices() {
  const present = () => SERVICES.programs.every((path) => existsSync(path));
  if (!present() && isDebianRoot()) apt(SERVICES.packages);
  return present();
}

/** Programs that tests and measurements set beside ours, by their Debian packages. */
const PEERS = { restic: '/usr/bin/restic', unzip: '/usr/bin/unzip', 'nginx-light': '/usr/sbin/nginx' };

export function ensurePeers() {
  const missing = Object.keys(PEERS).filter((name) => !existsSync(PEERS[name]));
  if (missing.length > 0 && isDebianRoot()) apt(missing);
}

/** Debian packages, for whoever is root; others hear of it by what is then missing. */
export function apt(packages) {
  console.log(`nexus: installing ${packages.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { env });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
}

export function fail(sentence) {
  console.error(`nexus: ${sentence}`);
  process.exit(1);
}
