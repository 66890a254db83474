// Builds the apps that come along under `/apps/`: each an embedded app as anybody's would be, a manifest and one script.
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, type UserConfig } from 'vite';

export async function buildApps(root: string, dist: string, shared: UserConfig): Promise<void> {
  const examples = join(root, 'examples');
  for (const name of readdirSync(examples).filter((each) => existsSync(join(examples, each, 'nexus-app.json'))).sort()) {
    const into = join(dist, 'apps', name);
    mkdirSync(into, { recursive: true });
    copyFileSync(join(examples, name, 'nexus-app.json'), join(into, 'nexus-app.json'));
    await build({
      ...shared, configFile: false, publicDir: false,
      build: { ...shared.build, outDir: into, emptyOutDir: false, lib: { entry: join(examples, name, 'app.ts'), formats: ['es'], fileName: () => 'app.js' } },
    });
  }
}
