// Every measurement, in the order in which they run.
import type { Measurement } from './measurement.ts';
import { appMeasurements } from './measurements/apps.ts';
import { bundleMeasurements } from './measurements/bundle.ts';
import { firstScreenMeasurements } from './measurements/first-screen.ts';
import { homeMeasurements } from './measurements/home.ts';
import { sealMeasurements } from './measurements/seal.ts';
import { serverMeasurements } from './measurements/server.ts';
import { syncMeasurements } from './measurements/sync.ts';
import { syncAppMeasurements } from './measurements/sync-app.ts';
import { treeMeasurements } from './measurements/tree.ts';

export const measurements: readonly Measurement[] = [...sealMeasurements, ...homeMeasurements, ...bundleMeasurements, ...treeMeasurements, ...firstScreenMeasurements, ...appMeasurements, ...serverMeasurements, ...syncMeasurements, ...syncAppMeasurements];
