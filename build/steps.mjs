// One line for each step of setting up: what it does, how long it takes when it takes longer than a second.
import { spawn } from 'node:child_process';

const out = process.stderr;

/** Says a step, does it, and says that it is done when it took more than a second. */
export async function step(title, work) {
  const started = Date.now();
  out.write(`${title}\n`);
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
    out.write(`  … ${Math.round((Date.now() - started) / 1000)} s\n`);
  }, 5000);
  try {
    const result = await work();
    const seconds = (Date.now() - started) / 1000;
    if (seconds > 1) out.write(`  done in ${seconds.toFixed(1)} s\n`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

/** Says something that is no step. */
export function say(text) {
  out.write(`${text}\n`);
}

/** A failure of the set-up, in words for a person: no stack trace is shown. */
export class SetUpError extends Error {}

/** Runs a program to its end and answers its exit status and output; `inherit` shows the output instead. */
export function run(program, args, { inherit = false, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: inherit ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      ...options,
    });
    const parts = [];
    child.stdout?.on('data', (chunk) => parts.push(chunk));
    child.stderr?.on('data', (chunk) => parts.push(chunk));
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ code: code ?? 1, signal, output: Buffer.concat(parts).toString('utf8') }),
    );
  });
}

/** Runs a program that must succeed. */
export async function must(program, args, options) {
  const { code, output } = await run(program, args, options);
  if (code === 0) return output;
  const tail = output.trim().split('\n').slice(-15).join('\n');
  throw new SetUpError(`${program} ${args.join(' ')} ended with status ${code}.\n${tail}`);
}
