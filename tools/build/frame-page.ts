// Makes `/frame.html`, in which embedded apps run: one page that holds its one script, and policies that name that script by its hash.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin, type ResolvedConfig } from 'vite';

async function scriptText({ root, build: { target } }: ResolvedConfig): Promise<string> {
  const built = await build({
    root, logLevel: 'warn', configFile: false, publicDir: false,
    build: { target, write: false, reportCompressedSize: false, lib: { entry: join(root, 'src/ui/frame/frame.ts'), formats: ['iife'], name: 'nexusFrame', fileName: () => 'frame.js' } },
  });
  const [first] = Array.isArray(built) ? built : [built];
  const [chunk] = first && 'output' in first ? first.output : [];
  if (chunk?.type !== 'chunk') throw new Error('the frame has no script');
  if (chunk.code.includes('</script')) throw new Error('the script of the frame would end its own element');
  return `\n${chunk.code.trim()}\n`;
}

const pageOf = (script: string, policies: readonly string[]): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    ${policies.map((policy) => `<meta http-equiv="Content-Security-Policy" content="${policy}">`).join('\n    ')}
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>App</title>
    <script>${script}</script>
  </head>
  <body></body>
</html>
`;

/** `policies` makes what the page's policies say from the hash of its script. */
export function framePage(policies: (scriptHash: string) => readonly string[]): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'nexus:frame-page',
    apply: 'build',
    configResolved(resolved) { config = resolved; },
    async writeBundle({ dir }) {
      const script = await scriptText(config);
      writeFileSync(join(dir ?? config.build.outDir, 'frame.html'), pageOf(script, policies(createHash('sha256').update(script).digest('base64'))));
    },
  };
}
