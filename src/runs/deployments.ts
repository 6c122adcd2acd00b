/** Which version of the workers new runs begin on; those that go on stay on theirs. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { messageOf } from '../core/thrown.ts';
import { FanfoldError } from '../errors.ts';
import { isNotFound } from '../store/executions.ts';

export interface DeploymentVersion {
  readonly deploymentName: string;
  readonly buildId: string;
}

/** A version is known once a worker of it has polled. */
const patienceMs = 30_000;
const everyMs = 250;

/** The build that new runs begin on; undefined where there is none, or no such deployment. */
export async function currentBuild(client: Client, deploymentName: string): Promise<string | undefined> {
  const { namespace } = client.options;
  try {
    const { workerDeploymentInfo } = await client.workflowService.describeWorkerDeployment({
      namespace,
      deploymentName,
    });
    return workerDeploymentInfo?.routingConfig?.currentDeploymentVersion?.buildId ?? undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/**
 * New runs begin on this version from now on.
 *
 * @throws {FanfoldError} of type `Unreachable` where no worker of it has polled, or the server knows no versions
 */
export async function promote(
  client: Client,
  { deploymentName, buildId }: DeploymentVersion,
  waitMs = patienceMs,
): Promise<void> {
  const { namespace, identity } = client.options;
  const asked = { namespace, deploymentName, buildId, identity, ignoreMissingTaskQueues: true };
  for (const until = Date.now() + waitMs; ; await delay(everyMs)) {
    try {
      await client.workflowService.setWorkerDeploymentCurrentVersion(asked);
      return;
    } catch (error) {
      if (Date.now() < until) continue;
      const message = `New runs cannot begin on build '${buildId}' of '${deploymentName}': ${messageOf(error)}. Is a worker of it running?`;
      throw new FanfoldError('Unreachable', message, 'buildId');
    }
  }
}
