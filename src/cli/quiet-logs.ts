/** What the SDK has to say in a process of a command. */
import { given } from '../core/given.ts';
import { otlpTarget } from '../packages/otlp-target.ts';
import { ofSdk } from '../telemetry/log.ts';
import { installRuntime } from '../telemetry/runtime.ts';
import { keepsLog, log } from './exit.ts';

/** Warnings and errors of the SDK to our log; our own signal handlers decide when a worker ends. */
export function quietLogs(metricsAddress?: string): void {
  installRuntime({
    onLog: (entry) => {
      const facts = ofSdk(entry, keepsLog());
      if (facts) log(facts);
    },
    ...given({ metricsAddress, otlp: otlpTarget() }),
  });
}
