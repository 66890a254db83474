// `nexus-app.json`, parsed with bounds: what an app says of itself. Who it is follows from where it came from, not from here.
import { err, ok, type Result } from '../../result.ts';
import { APP_LIMITS, type AppManifest, DATASET_POLICIES } from '../contract/app-protocol.ts';
import { isSeen } from '../contract/guards.ts';
import { nexusError, type NexusError } from '../contract/errors.ts';
import { isScope, resourceHolds } from './scope-rules.ts';

type Fields = Readonly<Record<string, unknown>>;

const invalid = (detail: string): Result<never, NexusError> => err(nexusError('apps.manifest_invalid', { detail }));
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
/** Words that are shown to people: something to see, no control characters, no marks that turn the line around. */
const isPlain = (value: unknown, chars: number): value is string =>
  typeof value === 'string' && isSeen(value) && value.length <= chars && value.isWellFormed() && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(value) && value.trim() === value;
/** A file beside the manifest, or below it. */
const isPlace = (value: unknown): value is string => typeof value === 'string' && /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/.test(value) && value.length <= APP_LIMITS.resourceBytes;

function asksOf(scopes: unknown): Result<AppManifest['scopes'], NexusError> {
  if (!Array.isArray(scopes) || scopes.length > APP_LIMITS.scopes) return invalid('scopes');
  const asks: AppManifest['scopes'][number][] = [];
  for (const each of scopes as unknown[]) {
    if (!isFields(each) || !isPlain(each['why'], APP_LIMITS.whyChars)) return invalid('scopes');
    const { scope, resource, why } = each;
    if (!isScope(scope)) return err(nexusError('grants.scope_unknown'));
    if (resource !== undefined && typeof resource !== 'string') return invalid('resource');
    const ask = { scope, why, ...(resource !== undefined && { resource }) };
    if (!resourceHolds(ask)) return err(nexusError('grants.resource_invalid'));
    asks.push(ask);
  }
  return ok(asks);
}

/** Undefined where it says nothing of that. */
function datasetOf(dataset: unknown): Result<AppManifest['dataset'], NexusError> {
  if (dataset === undefined) return ok(undefined);
  const conflicts = isFields(dataset) ? DATASET_POLICIES.find((each) => each === dataset['conflicts']) : undefined;
  return conflicts ? ok({ conflicts }) : invalid('dataset');
}

/** `text` is at most APP_LIMITS.manifestBytes long. Fields that this version does not know are passed over. */
export function parseManifest(text: string): Result<AppManifest, NexusError> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return invalid('json');
  }
  if (!isFields(value) || value['v'] !== 1) return invalid('v');
  const { id, name, start, scopes } = value;
  if (!isPlain(id, APP_LIMITS.idChars)) return invalid('id');
  if (!isPlain(name, APP_LIMITS.nameChars)) return invalid('name');
  if (start !== undefined && !isPlace(start)) return invalid('start');
  const dataset = datasetOf(value['dataset']);
  if (!dataset.ok) return dataset;
  const asks = asksOf(scopes);
  return asks.ok ? ok({ v: 1, id, name, scopes: asks.value, ...(start !== undefined && { start }), ...(dataset.value && { dataset: dataset.value }) }) : asks;
}
