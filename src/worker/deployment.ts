/**
 * The version of the code that a worker has, where the environment names one: then a run ends on the version it began on.
 * Workers of limits have none, as what they run are activities, which any version takes.
 */
import type { WorkerOptions } from '@temporalio/worker';
import type { Config } from '../config.ts';

type Versioned = Pick<WorkerOptions, 'workerDeploymentOptions'>;

/** Empty where `FANFOLD_BUILD_ID` is not set: then any worker of the queue takes any run. */
export function deploymentOptions({
  deployment: deploymentName,
  buildId,
}: Pick<Config, 'deployment' | 'buildId'>): Versioned {
  if (buildId === undefined) return {};
  return {
    workerDeploymentOptions: {
      version: { deploymentName, buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
  };
}

/** Of a worker that serves a queue alone: a version that is not the current one would be given no run there. */
export function withoutVersion({
  deployment: deploymentName,
  buildId,
}: Pick<Config, 'deployment' | 'buildId'>): Versioned {
  if (buildId === undefined) return {};
  return { workerDeploymentOptions: { version: { deploymentName, buildId }, useWorkerVersioning: false } };
}
