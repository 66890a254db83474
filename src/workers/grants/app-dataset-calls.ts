// What each call on an app's dataset does: only through a binding on what the app keeps for itself.
import { err, ok, type Result } from '../../result.ts';
import type { AppCall } from '../contract/app-protocol.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import type { AppDataset } from './app-dataset.ts';
import type { Using, Work } from './app-handlers.ts';
import type { AppHandlers } from './app-port.ts';
import type { OpenGrants } from './open-grants.ts';

type DatasetCall = Extract<AppCall, `dataset${string}`>;

/** Of a conflict, all that it shows. */
const together = (values: readonly (Uint8Array | null | undefined)[]): number => values.reduce((sum, each) => sum + (each?.length ?? 0), 0);

export function createDatasetHandlers(open: Pick<OpenGrants, 'shelf' | 'dataset'>, using: Using): Pick<AppHandlers, DatasetCall> {
  const onDataset = <T>(work: (dataset: AppDataset) => Promise<Result<T, NexusError>>): Work<T> => async ({ appId }) => {
    const app = open.shelf.get(appId);
    return app ? work(await open.dataset(app)) : err(nexusError('apps.unknown'));
  };

  return {
    datasetKeys: ({ binding }) => using({ call: 'datasetKeys', binding, capability: 'dataset.read' }, onDataset(async (dataset) => ok(await dataset.keys()))),
    datasetGet: ({ binding, key }) => using({ call: 'datasetGet', binding, capability: 'dataset.read' }, onDataset((dataset) => dataset.get(key)), (value) => value?.length ?? 0),
    datasetPut: ({ binding, key, value, fields: byField }) => using({ call: 'datasetPut', binding, capability: 'dataset.write', bytes: value.length }, onDataset((dataset) => dataset.put(key, value, byField))),
    datasetDelete: ({ binding, key }) => using({ call: 'datasetDelete', binding, capability: 'dataset.write' }, onDataset((dataset) => dataset.delete(key))),
    datasetConflicts: ({ binding }) => using({ call: 'datasetConflicts', binding, capability: 'dataset.read' }, onDataset(async (dataset) => ok(await dataset.conflicts()))),
    datasetConflict: ({ binding, key }) => using({ call: 'datasetConflict', binding, capability: 'dataset.read' }, onDataset(async (dataset) => ok(await dataset.conflict(key))), (found) => together([found?.local, found?.remote, found?.ancestor])),
    datasetResolve: ({ binding, key, version, value }) => using({ call: 'datasetResolve', binding, capability: 'dataset.write', bytes: value?.length ?? 0 }, onDataset((dataset) => dataset.resolve(key, version, value))),
  };
}
