/**
 * The version of the code that a worker has, where the environment names one: then a run ends on the version it began on.
 * Workers of limits have none, as what they run are activities, which any version takes.
 */
import type { WorkerOptions } from '@temporalio/worker';
import type { Config } from '../config.ts';

/** Empty where `FANFOLD_BUILD_ID` is not set: then any worker of the queue takes any run. */
export function deploymentOptions({
  deployment: deploymentName,
  buildId,
}: Pick<Config, 'deployment' | 'buildId'>): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (buildId === undefined) return {};
  return {
    workerDeploymentOptions: {
      version: { deploymentName, buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
  };
}
