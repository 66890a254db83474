// `npm run build:sdk`: the module that authors of apps take, and its types, into `dist-sdk`.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = join(import.meta.dirname, '..', '..');
const target = process.env.NEXUS_SDK_DIST ?? join(root, 'dist-sdk');
const BUDGET = 5 * 1024;

process.env.NO_COLOR = '1';
rmSync(target, { recursive: true, force: true });
await build({
  root, configFile: false, publicDir: false, logLevel: 'warn',
  build: { target: 'es2023', outDir: target, emptyOutDir: true, minify: true, reportCompressedSize: false, lib: { entry: join(root, 'sdk/nexus.ts'), formats: ['es'], fileName: () => 'nexus.js' } },
});
const types = spawnSync(process.execPath, [
  join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig/sdk.json', '--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--rewriteRelativeImportExtensions',
  '--rootDir', '.', '--outDir', join(target, 'types'),
], { cwd: root, stdio: 'inherit' });
const packed = gzipSync(readFileSync(join(target, 'nexus.js')), { level: 9 }).length;
process.stdout.write(`nexus: the SDK is ${packed} bytes compressed, of ${BUDGET}\n`);
process.exitCode = types.status === 0 && packed <= BUDGET ? 0 : 1;
