// Owns: what a file is shown as, from its media type alone. Active content (HTML, SVG) is never rendered as a document.
import type { Entry } from '../../workers/contract/home.ts';

export type FileKind = 'text' | 'image' | 'pdf' | 'audio' | 'video' | 'archive' | 'other';

const IMAGES = new Set([
  'image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp', 'image/x-icon', 'image/vnd.microsoft.icon',
  // Scripts in it never run in an <img>.
  'image/svg+xml',
]);
const ARCHIVES = new Set(['application/zip', 'application/gzip', 'application/x-tar', 'application/x-7z-compressed', 'application/x-xz', 'application/x-bzip2']);
const TEXTS = new Set(['application/json', 'application/xml', 'application/javascript', 'application/x-sh', 'application/yaml', 'application/toml', 'application/sql']);
const TEXT_NAME = /\.(txt|md|markdown|log|csv|tsv|json|xml|ya?ml|toml|ini|conf|sh|py|rb|go|rs|c|h|cc|cpp|hpp|java|kt|ts|tsx|js|jsx|mjs|css|html?|sql|tex|diff|patch)$/iu;

/** HTML counts as text: its source is shown. */
export function fileKind(mediaType: string, name: string): FileKind {
  const type = mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (IMAGES.has(type)) return 'image';
  if (type === 'application/pdf') return 'pdf';
  if (type.startsWith('audio/')) return 'audio';
  if (type.startsWith('video/') && !/\.tsx?$/iu.test(name)) return 'video';
  if (ARCHIVES.has(type)) return 'archive';
  const text = type.startsWith('text/') || TEXTS.has(type) || type.endsWith('+json') || type.endsWith('+xml');
  return text || TEXT_NAME.test(name) ? 'text' : 'other';
}

export const entryKind = (entry: Entry): FileKind | 'folder' => (entry.kind === 'folder' ? 'folder' : fileKind(entry.mediaType, entry.name));
