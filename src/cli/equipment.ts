/**
 * What the program brings to its commands: the faces of kinds, a client, workers and the service.
 * The surprising rule: it is given by the program and not imported, so that commands know no agent and `--help` loads no SDK.
 */
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import type { RunningService } from '../http.ts';
import type { TenantBudgets } from '../limits/learned/tenant-budget.ts';
import type { FanfoldWorker } from '../limits/workers.ts';
import type { RunsClient } from '../runs/client.ts';
import type { ConnectOptions } from '../runs/connect.ts';
import type { Face } from '../runs/face.ts';
import type { Kind } from '../runs/kind.ts';
import type { Activity } from '../runs/part.ts';
import type { AnswerWriter } from '../runs/see.ts';
import type { Store } from '../store/store.ts';

export interface ClientFacts {
  readonly client: RunsClient['temporal'];
  readonly taskQueue: string;
  readonly store: Store;
  readonly kinds: readonly Kind[];
  readonly budgets: TenantBudgets;
}

export interface WorkerFactsOfCommand {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly activities: Readonly<Record<string, Activity>>;
  /** With the activities that are for trials. */
  readonly demo: boolean;
  readonly worker: Partial<WorkerOptions>;
  readonly onMessage: (message: string) => void;
}

export interface ServiceFacts {
  readonly client: RunsClient;
  readonly host?: string;
  readonly port?: number;
  readonly token?: string;
  readonly answerText: AnswerWriter;
  readonly onMessage: (message: string) => void;
}

export interface ProgramEquipment {
  readonly faces: readonly Face[];
  connect(
    options: ConnectOptions & { readonly kinds: readonly Kind[]; readonly budgets?: TenantBudgets },
  ): Promise<RunsClient>;
  clientOf(facts: ClientFacts): Promise<RunsClient>;
  createWorker(facts: WorkerFactsOfCommand): Promise<FanfoldWorker>;
  startService(facts: ServiceFacts): Promise<RunningService>;
}

let given: ProgramEquipment | undefined;

/** Called once by the program, before any command runs. */
export function useEquipment(brought: ProgramEquipment): void {
  given = brought;
}

/** @throws {Error} before the program has given it */
export function equipment(): ProgramEquipment {
  if (!given) throw new Error('Commands run only in the program, which brings what they need');
  return given;
}

export function faceOf(kind: string): Face | undefined {
  return given?.faces.find((face) => face.kind.name === kind);
}
