/** An endpoint that speaks OpenAI's chat completions and refuses above a quota that it does not tell; it writes down what it was asked. */
import { createServer } from 'node:http';

const answer = JSON.stringify({
  id: 'bench',
  object: 'chat.completion',
  model: 'bench',
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 },
});

/** `quota` may be changed at any time: `perSecond`, `burst` calls at once after a rest, `latencyMs`, `tells` whether a refusal says how long to wait. */
export async function startApi(quota) {
  const seen = [];
  let level = quota.burst;
  let at = Date.now();
  let inFlight = 0;
  let mostAtOnce = 0;
  const take = (now) => {
    level = Math.min(quota.burst, level + (quota.perSecond * (now - at)) / 1000);
    at = now;
    if (quota.perSecond === 0 || level < 1) return false;
    level--;
    return true;
  };
  const server = createServer(async (request, response) => {
    const now = Date.now();
    const served = take(now);
    let body = '';
    for await (const chunk of request) body += chunk;
    const who = JSON.parse(body).messages?.at(-1)?.content ?? '';
    seen.push({ at: now, served, who });
    if (!served) {
      const headers = { 'content-type': 'application/json', ...(quota.tells ? { 'retry-after': '1' } : {}) };
      return response
        .writeHead(429, headers)
        .end('{"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}');
    }
    mostAtOnce = Math.max(mostAtOnce, ++inFlight);
    const latency = quota.latencyMs * (0.7 + 0.6 * Math.random());
    const timer = setTimeout(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end(answer),
      latency,
    );
    response.once('close', () => {
      clearTimeout(timer);
      inFlight--;
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    quota,
    seen,
    mostAtOnce: () => mostAtOnce,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
