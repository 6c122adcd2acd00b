/** Plain async functions of plain data: everything that may fail. */
import { ApplicationFailure } from '@temporalio/activity';

export async function search({ source, question }: { source: string; question: string }): Promise<string[]> {
  if (source === 'offline') throw ApplicationFailure.nonRetryable('the source is offline', 'Offline');
  return [`${source} knows about ${question}`];
}

export async function orders(customer: string): Promise<string[]> {
  return [`order of ${customer}`];
}

export async function payments(customer: string): Promise<number> {
  return customer.length;
}

export async function score({ text }: { text: string }): Promise<number> {
  return text.length;
}
