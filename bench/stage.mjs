/**
 * A contender's engine, worker and client, ready to be measured.
 * The surprising rule: some clients live inside the worker, and a call's time is then taken there.
 */
import { randomUUID } from 'node:crypto';
import { programOf } from './contenders.mjs';
import { startWorkerProcess } from './processes.mjs';

export async function prepare(settings) {
  const program = await programOf(settings.contender);
  const stage = new Stage(settings, program, await program.startEngine(settings));
  await stage.restart();
  return stage;
}

class Stage {
  /** What was asked last. */
  last;
  worker;
  #client;
  #settings;
  #program;

  constructor(settings, program, engine) {
    this.#settings = { ...settings, info: engine.info };
    this.#program = program;
    this.engine = engine;
  }

  newId() {
    return `bench-${randomUUID().slice(0, 8)}`;
  }

  /** A worker anew, the first included. */
  async restart() {
    const { journal } = this.#settings;
    this.worker = await startWorkerProcess(this.#settings, journal === undefined ? {} : { BENCH_JOURNAL: journal });
    const worker = { call: (method, request) => this.worker.call(method, request) };
    this.#client ??= await this.#program.connect?.({ ...this.#settings, worker });
  }

  can(method) {
    return this.#client?.[method] !== undefined;
  }

  /** Milliseconds from the call to the result. */
  async timed(method, request) {
    const asked = { id: this.newId(), concurrency: this.#settings.concurrency, ...request };
    const began = performance.now();
    this.last = { asked, began };
    const { value, ms } = await this.#call(method, asked);
    return { value, ms: ms ?? performance.now() - began, id: asked.id };
  }

  async ask(method, request) {
    return (await this.#call(method, request)).value;
  }

  async #call(method, request) {
    return this.#client ? { value: await this.#client[method](request) } : this.worker.call(method, request);
  }

  async close() {
    await this.#client?.close?.();
    await this.worker?.stop();
    await this.engine.stop();
  }
}
