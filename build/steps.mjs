// One line for each step of setting up: what it does, how long it takes when it takes longer than a second.
import { spawn } from 'node:child_process';

const out = process.stderr;

/**
 * Says a step, does it, and says that it is done when it took more than a second. Meanwhile the seconds are counted:
 * on the same line of a terminal, elsewhere in a line now and then.
 */
export async function step(title, work) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const isTerminal = out.isTTY === true;
  out.write(isTerminal ? title : `${title}\n`);
  const timer = setInterval(
    () => out.write(isTerminal ? `\r${title} … ${seconds()} s` : `  … ${seconds()} s\n`),
    isTerminal ? 1_000 : 10_000,
  );
  try {
    const result = await work();
    const took = (Date.now() - started) / 1000;
    const done = took > 1 ? `done in ${took.toFixed(1)} s` : null;
    if (isTerminal) out.write(done === null ? '\n' : `\r${title}: ${done}\n`);
    else if (done !== null) out.write(`  ${done}\n`);
    return result;
  } catch (error) {
    if (isTerminal) out.write('\n');
    throw error;
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

/**
 * Runs a program to its end and answers its exit status and output; `inherit` shows the output instead. A program that
 * is not there ends with 127, as in a shell.
 */
export function run(program, args, { inherit = false, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: inherit ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      ...options,
    });
    const parts = [];
    child.stdout?.on('data', (chunk) => parts.push(chunk));
    child.stderr?.on('data', (chunk) => parts.push(chunk));
    child.once('error', (error) => {
      if (error.code === 'ENOENT') resolve({ code: 127, signal: null, output: `${program}: not found` });
      else reject(error);
    });
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
