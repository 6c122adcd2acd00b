/** What a worker's activities spend, written down in the table of its deployment and held to the budgets of its settings. */
import type { TenantBudgets } from '../learned/tenant-budget.ts';
import { CostRecorder } from './recorder.ts';
import { costTable } from './table.ts';

interface WorkerFacts {
  readonly home: string;
  readonly budgets: TenantBudgets;
  readonly onMessage: (message: string) => void;
}

export function costsOfWorker({ home, budgets, onMessage }: WorkerFacts, namespace: string | undefined): CostRecorder {
  return new CostRecorder({ table: costTable(home, process.env['DATABASE_URL'], namespace), budgets, onMessage });
}
