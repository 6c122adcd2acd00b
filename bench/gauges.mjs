/**
 * Memory and processor time of processes and of all that they started, from Linux's /proc; elsewhere memory is sampled.
 * The surprising rule: pages that the processes of one engine share are counted once.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const hasProc = existsSync('/proc/self/status');
const sampleMs = 100;
const ticksPerSecond = 100;

function attempt(work, otherwise) {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

function statOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** The process and its descendants. */
export function treeOf(root) {
  if (!hasProc) return [root];
  const children = new Map();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    const parent = attempt(() => Number(statOf(name)[1]), 0);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** Watches the peak of the process's tree from now on. */
export function watchMemory(root) {
  if (root === undefined) return { peakMiB: () => 0 };
  return hasProc ? watchKernelPeak(root) : watchSamples(root);
}

function watchKernelPeak(root) {
  for (const pid of treeOf(root)) attempt(() => writeFileSync(`/proc/${pid}/clear_refs`, '5'));
  return { peakMiB: () => peakKiB(root) / 1024 };
}

function peakKiB(root) {
  let own = 0;
  let shared = 0;
  let files = 0;
  for (const pid of treeOf(root)) {
    const status = attempt(() => readFileSync(`/proc/${pid}/status`, 'utf8'), '');
    const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    own += Math.max(0, field('VmHWM') - field('RssShmem') - field('RssFile'));
    shared = Math.max(shared, field('RssShmem'));
    files = Math.max(files, field('RssFile'));
  }
  return own + shared + files;
}

function watchSamples(root) {
  let peak = 0;
  const look = () => {
    const text = attempt(() => execFileSync('ps', ['-o', 'rss=', '-p', String(root)], { encoding: 'utf8' }), '0');
    peak = Math.max(peak, Number(text.trim()) / 1024);
  };
  look();
  const timer = setInterval(look, sampleMs);
  timer.unref();
  return {
    peakMiB() {
      look();
      clearInterval(timer);
      return peak;
    },
  };
}

/** Processor seconds so far; undefined where there is no /proc. */
export function cpuSeconds(root) {
  if (!hasProc || root === undefined) return undefined;
  const ticks = treeOf(root).map((pid) => {
    const stat = attempt(() => statOf(pid), []);
    return Number(stat[11] ?? 0) + Number(stat[12] ?? 0);
  });
  return ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond;
}
