// Calls for the open home: passed on to it, or refused where no session is open.
import type { Answer, HomeSurface, Served } from '../contract/surface.ts';
import type { SessionCore } from './core.ts';

const HOME_CALLS: { readonly [M in keyof HomeSurface]: M } = {
  homeRoot: 'homeRoot', listFolder: 'listFolder', listTrash: 'listTrash', searchHome: 'searchHome', createFolder: 'createFolder',
  renameNode: 'renameNode', moveNodes: 'moveNodes', trashNodes: 'trashNodes', untrashNodes: 'untrashNodes', deleteNodes: 'deleteNodes',
  planAdd: 'planAdd', addFiles: 'addFiles', previewFile: 'previewFile', restoreVersion: 'restoreVersion', openDownload: 'openDownload',
  openMedia: 'openMedia', homeUsage: 'homeUsage', checkHome: 'checkHome',
};

export function createHomeCalls(core: Pick<SessionCore, 'current'>): Served<HomeSurface> {
  const passOn = (method: keyof HomeSurface) => (args: never): Promise<Answer<unknown>> => {
    const open = core.current();
    return open.ok ? (open.value.home.surface[method] as (args: never) => Promise<Answer<unknown>>)(args) : Promise.resolve(open);
  };
  return Object.fromEntries(Object.values(HOME_CALLS).map((method) => [method, passOn(method)])) as unknown as Served<HomeSurface>;
}
