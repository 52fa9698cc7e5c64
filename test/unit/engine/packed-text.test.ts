import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PackedText } from '../../../electron/engine/notebook/packed-text';

const LONG = 300_000;

test('gives back the very same text, packed or not, as often as it is asked', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
      fc.boolean(),
      async (part, isLong) => {
        const text = isLong ? part.repeat(Math.ceil(LONG / part.length)) : part;
        const packed = new PackedText(text);
        expect(await packed.read()).toBe(text);
        const [, whileItIsPacked] = await Promise.all([packed.pack(), packed.read()]);
        expect(whileItIsPacked).toBe(text);
        await packed.pack();
        expect(await packed.read()).toBe(text);
        expect(await packed.read()).toBe(text);
      },
    ),
    { numRuns: 15 },
  );
});

test('takes a part of the memory then, outside of the heap', async () => {
  const text = Array.from({ length: 50_000 }, (_, line) => `line ${line} of a log, all good\n`).join('');
  const before = process.memoryUsage().arrayBuffers;
  const packed = new PackedText(text);
  await packed.pack();
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(text.length * 2);
  expect(await packed.read()).toBe(text);
});
