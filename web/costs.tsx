/** What each tenant's runs have spent on models this month, and what it may. */
import { count } from './format.ts';
import { useAsked } from './hooks.ts';
import { Link } from './parts/link.tsx';
import { Trouble } from './parts/states.tsx';
import type { CostsView } from '../src/runs/costs.ts';

type TenantCosts = CostsView['tenants'][number];

const everyMs = 30_000;

/** Nothing where nobody has spent anything. */
export function TenantsCosts() {
  const { value, error, again } = useAsked<CostsView>('/costs', everyMs);
  const tenants = value?.tenants ?? [];
  if (!error && tenants.length === 0) return undefined;
  return (
    <section class="below" aria-labelledby="costs">
      <h2 id="costs">What models cost, by tenant</h2>
      {error && <Trouble error={error} again={again} stale={value !== undefined} />}
      {value && tenants.length > 0 && (
        <>
          <p class="quiet">Since {value.since} (UTC), in the currency of the prices that are set.</p>
          <table class="runs costs panel">
            <thead>
              <tr>
                <th scope="col">Tenant</th>
                <th scope="col" class="number">
                  Calls
                </th>
                <th scope="col" class="number">
                  Tokens in
                </th>
                <th scope="col" class="number">
                  Tokens out
                </th>
                <th scope="col" class="number">
                  Cost
                </th>
                <th scope="col">Budget</th>
              </tr>
            </thead>
            <tbody>
              {tenants.map((each) => (
                <Row key={each.tenant ?? ''} {...each} />
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}

function Row({ tenant, calls, inputTokens, outputTokens, cost, unpriced, guessed, budget }: TenantCosts) {
  return (
    <tr>
      <th scope="row">
        {tenant === undefined ? (
          <span class="quiet">no tenant</span>
        ) : (
          <Link to={`/?${new URLSearchParams({ tenant }).toString()}`}>{tenant}</Link>
        )}
      </th>
      <td data-label="Calls" class="number">
        {count(calls)}
      </td>
      <td data-label="Tokens in" class="number">
        {guessed === undefined ? '' : '~'}
        {count(inputTokens)}
      </td>
      <td data-label="Tokens out" class="number">
        {guessed === undefined ? '' : '~'}
        {count(outputTokens)}
      </td>
      <td data-label="Cost" class="number">
        {cost === undefined ? 'no price' : money(cost)}
        {unpriced === undefined ? '' : `, ${count(unpriced)} without a price`}
      </td>
      <td data-label="Budget" class={budget?.spent === undefined ? '' : 'warn'}>
        {budget ? budgetText(budget) : 'none'}
      </td>
    </tr>
  );
}

/** With the digits that count, however little it is. */
function money(cost: number): string {
  return cost >= 1 || cost === 0 ? count(cost) : `${Number(cost.toPrecision(2))}`;
}

function budgetText({ cost, tokens, per = 'month', used, spent }: NonNullable<TenantCosts['budget']>): string {
  const both = used.inputTokens + used.outputTokens;
  const parts = [
    ...(cost === undefined ? [] : [`${money(used.cost ?? 0)} of ${money(cost)}`]),
    ...(tokens === undefined ? [] : [`${count(both)} of ${count(tokens)} tokens`]),
  ];
  return `${parts.join(', ')} a ${per}${spent === undefined ? '' : ': spent'}`;
}
