import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Spool } from '../../electron/engine/notebook/spool';
import { WireReader } from '../../electron/engine/kernels/wire';
import { CellOutputs } from '../../shared/notebook/outputs/cell-outputs';
import { Redactions, Redactor } from '../../shared/notebook/outputs/redactor';
import { median, processorTime, type Bench } from './measure';
import { withFolder } from './windows';

const SECRETS = 200;
/** As generated passwords and tokens are. */
const SHORTEST = 12;
const ROUNDS = 7;
const KEY = 'bench';
const LINES = 400_000;
/** As ipykernel sends a flood: some hundred kilobytes at a time. */
const PER_MESSAGE = 8_000;

/** The engine's way of output, from the bytes of ZMQ to the spool on disk, and the redactor's part of it. */
export const redaction: Bench = {
  name: 'redaction',
  run: async (say) =>
    withFolder(async (folder) => {
      const messages = flood();
      const texts = messages.map(textOf);
      const secrets = new Redactions(
        Array.from({ length: SECRETS }, (_, index) => ({
          text: randomBytes(32)
            .toString('base64url')
            .slice(0, SHORTEST + (index % 32)),
          replacement: `[secret ${index}]`,
        })),
      );
      const alone: number[] = [];
      const whole: number[] = [];
      // In turns; the first round warms the code and is not counted.
      for (let round = 0; round <= ROUNDS; round += 1) {
        const redactor = new Redactor(secrets);
        const part = await processorTime(() => {
          for (const text of texts) redactor.push(text);
          redactor.flush();
        });
        const all = await processorTime(() => passThrough(messages, secrets, join(folder, `${round}`)));
        say(`${part.toFixed(0)} ms of ${all.toFixed(0)} ms`);
        if (round === 0) continue;
        alone.push(part);
        whole.push(all);
      }
      const base = median(whole);
      return [
        {
          budget: `redaction of ${SECRETS} secrets of ${SHORTEST} to ${SHORTEST + 31} characters`,
          unit: 'ms',
          value: median(alone),
          base,
          baseIs: 'the whole way of output in the engine',
          allowed: 0.05 * base,
          note: `processor time, ${LINES.toLocaleString('en-US')} lines`,
        },
      ];
    }),
};

function textOf(frames: readonly Buffer[]): string {
  const content = JSON.parse(frames.at(-1)?.toString() ?? '{}') as { readonly text: string };
  return content.text;
}

/** Takes the messages to their end: all of it on disk. */
async function passThrough(
  messages: readonly (readonly Buffer[])[],
  redactions: Redactions,
  folder: string,
): Promise<void> {
  const reader = new WireReader(KEY);
  const spool = await Spool.create({ folder });
  const outputs = new CellOutputs({
    keyPrefix: 'b',
    limitBytes: 1024 * 1024,
    redactions,
    openStore: spool.openStore,
  });
  spool.watch(outputs);
  for (const frames of messages) {
    const decoded = reader.decode('iopub', frames);
    if (!('message' in decoded)) throw new Error(`a message was rejected: ${decoded.rejected}`);
    outputs.handle(decoded.message.header.msg_type, decoded.message.content);
    if (outputs.takeDirty() !== null) {
      spool.changed();
      outputs.views(0);
    }
    if (spool.isFull) await spool.drained();
  }
  outputs.finish();
  await spool.flush();
  await spool.remove();
}

function flood(): readonly (readonly Buffer[])[] {
  const messages: Buffer[][] = [];
  for (let from = 0; from < LINES; from += PER_MESSAGE) {
    const text = Array.from(
      { length: PER_MESSAGE },
      (_, line) =>
        `2026-11-27T12:00:00Z host-${line % 40} request ${from + line} answered in ${line % 97} ms\n`,
    ).join('');
    const header = {
      msg_id: randomUUID(),
      msg_type: 'stream',
      username: 'bench',
      session: 'bench',
      date: '2026-11-27T12:00:00Z',
      version: '5.3',
    };
    const parts = [header, header, {}, { name: 'stdout', text }].map((part) =>
      Buffer.from(JSON.stringify(part)),
    );
    const hmac = createHmac('sha256', KEY);
    for (const part of parts) hmac.update(part);
    messages.push([Buffer.from('<IDS|MSG>'), Buffer.from(hmac.digest('hex')), ...parts]);
  }
  return messages;
}
