/** The support agent: one customer's orders, payments and parcels, and refunds that a person approves. */
import type { Part } from '../../../activities/index.ts';
import { defineAgent } from '../../loop/define.ts';
import type { AgentDefinition } from '../../loop/definition.ts';
import { given } from '../../../index.ts';
import { stepNames } from '../../loop/pure/steps.ts';
import { gapOf, nextOf } from '../pure/closing.ts';
import { supportGrounding } from '../pure/grounding.ts';
import { supportPolicy } from '../pure/released.ts';
import type { Intent } from '../pure/types.ts';
import type { Shop } from '../shop.ts';
import { lookUpsOf, sorting } from './sorting.ts';
import { answerByRules } from './template.ts';
import { customerSchema, supportTools, type Customer } from './tools.ts';

const instructions = `You answer a shop's customer. You see the rows of this customer alone; there is no way to see another's. Say so where the rows do not answer.
Use the refund tool only when the customer asks for money back and the rows show why. A person approves it.
Write short plain sentences in the language of the customer.`;

/**
 * What support needs to answer customers of a shop of one's own.
 *
 * @example const options: SupportOptions = { shop: (customer) => shopOf(customer), onHandOver: 'https://desk.example/hook' };
 */
export interface SupportOptions extends Pick<AgentDefinition<Customer>, 'onHandOver' | 'environment'> {
  /** The rows of one customer, for the runs that are about them. */
  readonly shop: (customer: number) => Shop;
}

/**
 * Support over the tables of one's own shop, in place of the made-up one that a worker has otherwise: for the `parts` of
 * `fanfold.config.ts`, `createWorker` or the plugin.
 *
 * @example export default defineConfig({ parts: [supportPart({ shop: (customer) => shopOf(customer) })] });
 */
export function supportPart({ shop, ...more }: SupportOptions): Part {
  const support = defineAgent<Customer, Intent>({
    ...more,
    name: 'support',
    instructions,
    subject: customerSchema,
    tools: supportTools(shop),
    policy: { grounding: supportGrounding, ...given({ claims: supportPolicy.claims }) },
    classify: sorting,
    plan: (_message, intent, by) => lookUpsOf(intent, by),
    answer: answerByRules,
    gap: gapOf,
    next: nextOf,
  });
  return support.part;
}

/** For runs that began before support was defined as any agent is: its steps by the names without the agent's. */
export function releasedNames({ activities }: Part): Part {
  const names = stepNames.flatMap((name) => {
    const activity = activities[`support.${name}`];
    return activity ? [[name, activity] as const] : [];
  });
  return { activities: Object.fromEntries(names) };
}
