/** What the shop's downstream APIs bear at most; what they bear at the moment is learnt. */
import { defineConfig } from 'fanfold';

export default defineConfig({
  limits: {
    openai: { concurrency: 50, tokensPerMinute: 200_000 },
    arxiv: { concurrency: 1, perMinute: 20 },
  },
});
