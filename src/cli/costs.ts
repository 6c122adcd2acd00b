/** The command that shows what tenants' runs have spent on models: `costs`. */
import type { Command } from 'commander';
import { milliseconds, type Duration } from '../core/duration.ts';
import { given } from '../core/given.ts';
import { oneLine } from '../core/text/controls.ts';
import type { Costs, RunCosts, TenantCosts } from '../limits/costs/view.ts';
import { tableText, terminalWidth, type TableText } from './table.ts';
import { many } from './text.ts';
import { action, addSharedOptions, type Invocation, type SharedOptions } from './invocation.ts';

interface CostsOptions extends SharedOptions {
  readonly since?: string;
  readonly tenant?: string;
}

export function addCosts(program: Command): void {
  const costs = program
    .command('costs')
    .description('tokens and money that runs have spent on models, by tenant, and what is left of budgets')
    .option('--since <time>', 'from so long ago, such as 7d, on; the current month unless given')
    .option('--tenant <name>', 'only those of this tenant');
  addSharedOptions(costs).action(action(showCosts));
}

async function showCosts(invocation: Invocation<CostsOptions>): Promise<void> {
  const { since, tenant } = invocation.options;
  const ago = since === undefined ? undefined : milliseconds(since as Duration, '--since');
  // What it loads `--help` does not wait for. No server is asked, and none is started.
  const { tenantCosts } = await import('../runs/costs.ts');
  const { budgets } = await (await import('../settings.ts')).readSettings();
  const { namespace = (await import('../packages/temporal-profile.ts')).clientProfile(process.env).namespace } =
    invocation.options;
  const asked = given({ since: ago === undefined ? undefined : Date.now() - ago, tenant });
  const view = await tenantCosts(namespace ?? 'default', budgets, asked);
  await invocation.answer(view, () => costsTable(view.tenants, view.since, terminalWidth()));
}

function costsTable(tenants: readonly TenantCosts[], since: string, width: number): string {
  if (tenants.length === 0) return `No run has spent anything on models since ${since}`;
  const head = ['tenant', 'calls', 'tokens in', 'out', 'cost', 'budget'];
  const rows = tenants.map((of) => {
    const mark = of.guessed === undefined ? '' : '~';
    const tokens = [of.inputTokens, of.outputTokens].map((count) => mark + String(count));
    return [oneLine(of.tenant ?? '–', 64), String(of.calls), ...tokens, money(of), budgetText(of)];
  });
  const colAligns: TableText['colAligns'] = ['left', 'right', 'right', 'right', 'right', 'left'];
  const note = tenants.some(({ guessed }) => guessed !== undefined)
    ? '\n~ a guess in part, as an endpoint did not say how many tokens'
    : '';
  return `Since ${since}\n${tableText({ head, rows, colAligns }, width)}${note}`;
}

function budgetText({ budget }: TenantCosts): string {
  if (!budget) return '';
  const { cost, tokens, per = 'month', used, spent } = budget;
  const both = used.inputTokens + used.outputTokens;
  const parts = [
    ...(cost === undefined ? [] : [`${money(used) || '0'} of ${cost}`]),
    ...(tokens === undefined ? [] : [`${both} of ${tokens} tokens`]),
  ];
  return `${parts.join(', ')} a ${per}${spent === undefined ? '' : ': spent'}`;
}

/** Empty where no model has a price; a sum that lacks some calls says so. */
function money({ cost, unpriced }: Costs): string {
  if (cost === undefined) return '';
  const shown = cost >= 100 ? cost.toFixed(2) : String(Number(cost.toPrecision(3)));
  return unpriced === undefined ? shown : `${shown} and ${many(unpriced, 'call')} without a price`;
}

/** Of a run in a list: money, or tokens where its models have no price. */
export function costText(costs: Costs): string {
  return costs.cost === undefined ? `${costs.inputTokens + costs.outputTokens} tokens` : money(costs);
}

/** In one line, as a run has it below its outcome. */
export function runCostsText({ tasks = [], ...whole }: RunCosts): string {
  const { calls, inputTokens, outputTokens, guessed } = whole;
  const cost = money(whole);
  const head = `${many(calls, 'call')} of models: ${inputTokens} tokens in, ${outputTokens} out${cost === '' ? '' : `, cost ${cost}`}${guessed === undefined ? '' : ` (a guess for ${many(guessed, 'call')} whose endpoint did not say)`}.`;
  const dear = tasks.slice(0, 3).map((of) => `${oneLine(of.task, 60)} ${costText(of)}`);
  return dear.length < 2 ? head : `${head} Most: ${dear.join(', ')}.`;
}
