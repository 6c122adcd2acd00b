/** What a model is to read is estimated before it reads it, and held to what tokenizers count and an endpoint is sent. */
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReviewActivities } from '../../../src/agents/review/activities/index.ts';
import { tokensIn } from '../../../src/agents/review/pure/tokens.ts';
import { folder } from './folders.ts';

const each = (count: number, text: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, at) => text(at));
const bytes = each(64, (at) => `0x${((at * 37) % 256).toString(16).padStart(2, '0')}`).join(', ');

// Counted by o200k_base, the vocabulary of GPT-4o and later.
test.each([
  [
    'code',
    68,
    `export function total(items: readonly Item[], discount = 0): number {
  if (discount < 0 || discount > 1) throw new RangeError('the discount is a share');
  return items.reduce((sum, { price, count }) => sum + price * count, 0) * (1 - discount);
}
`,
  ],
  ['bytes', 326, bytes],
  ['numbers', 190, each(64, (at) => `${(at * 7919 * 31) % 1_000_003}`).join(',')],
  ['Chinese', 116, '# 此函数计算订单总额，并在折扣无效时抛出异常。返回折扣后的价格，单位为分。\n'.repeat(4)],
  ['Russian', 72, '# Эта функция считает сумму заказа и проверяет, что скидка не больше единицы.\n'.repeat(4)],
  [
    'prose',
    92,
    'The plan says how many calls are made and how many tokens are read, before anything is sent to the model.\n'.repeat(
      4,
    ),
  ],
])('tokens of %s are estimated within a third of what a tokenizer counts', (_, counted, text) => {
  const share = tokensIn(text) / counted;
  expect(share).toBeGreaterThan(0.75);
  expect(share).toBeLessThan(1.34);
});

const mock = new LLMock({ port: 0 });
beforeAll(async () => {
  await mock.start();
  mock.on({}, () => ({ content: '{"findings":[]}' }));
});
afterAll(() => mock.stop());

/** What is planned, and what the endpoint is then sent. */
async function asked(files: Readonly<Record<string, string>>, tokenBudget?: number) {
  const environment = { OPENAI_BASE_URL: `${mock.url}/v1`, OPENAI_MODEL: 'm' };
  const { planReview, askReviewer } = createReviewActivities(environment);
  const plan = await planReview({ root: await folder(files), ...(tokenBudget === undefined ? {} : { tokenBudget }) });
  const before = mock.getRequests().length;
  for (const file of plan.files) for (const part of file.parts) await askReviewer({ root: plan.root, file, part });
  const sent = mock
    .getRequests()
    .slice(before)
    .map(({ body }) => JSON.stringify(body));
  return { ...plan, sent, tokens: sent.reduce((sum, body) => sum + tokensIn(body), 0) };
}

const files = {
  'table.go': `package a\n\nvar t = []byte{\n${each(300, () => `${bytes},\n`).join('')}}\n`,
  'plain.py': each(200, (at) => `def f${at}(price):\n    return price * ${at}\n`).join(''),
};

test('as often as it is told a model is asked, and what it is sent is what was told, also of tables of numbers', async () => {
  const { estimate, sent, tokens } = await asked(files);
  expect(sent).toHaveLength(estimate?.calls ?? -1);
  expect(sent.length).toBeGreaterThan(3);
  const share = tokens / (estimate?.inputTokens ?? 0);
  expect(share).toBeGreaterThan(0.8);
  expect(share).toBeLessThan(1.2);
});

test('a budget holds for what is sent, and says whose parts it leaves unread', async () => {
  const budget = 30_000;
  const { estimate, sent, tokens, notes } = await asked(files, budget);
  expect(sent).toHaveLength(estimate?.calls ?? -1);
  expect(estimate?.inputTokens).toBeLessThanOrEqual(budget);
  expect(tokens).toBeGreaterThan(budget / 2);
  expect(tokens).toBeLessThan(budget * 1.1);
  expect(notes).toContain(`The budget of ${budget} tokens leaves 1 file unread by the model: table.go.`);
});
