import { cp, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../electron/engine/runs/content';
import { verifyRunFolder } from '../../electron/engine/runs/verify-run';
import { writeReport } from '../../electron/engine/runs/write-report';
import { callProgram as call, followRecipe, type ProgramResult } from '../support/follow-recipe';
import { inFolder } from '../support/run-journals';
import { LONG_TEXT, makeSampleRun, sampleRunbook } from '../support/sample-run';

async function change(file: string, edit: (text: string) => string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const edited = edit(text);
  expect(edited).not.toBe(text);
  await writeFile(file, edited);
}

const output = `output/${sha256(Buffer.from(LONG_TEXT))}.txt`;

async function contentFile(run: string, kind: string): Promise<string> {
  const names = await readdir(join(run, 'content'));
  return join(
    run,
    'content',
    names.find((name) => name.includes(kind))!,
  );
}

/** Each kind of damage, by what it is done to. */
const DAMAGE: Readonly<Record<string, (run: string) => Promise<void>>> = {
  'a changed byte in the journal': (run) =>
    change(join(run, 'journal.jsonl'), (text) => text.replace('"attempt":2', '"attempt":3')),
  'a line missing in the journal': (run) =>
    change(join(run, 'journal.jsonl'), (text) => text.replace(/^.*"type":"step-adjusted".*\n/m, '')),
  'the end of the journal missing': (run) =>
    change(join(run, 'journal.jsonl'), (text) => text.replace(/^.*"type":"run-finished".*\n/m, '')),
  'a torn line behind the end': (run) => change(join(run, 'journal.jsonl'), (text) => `${text}{"v":1`),
  'a changed last line': (run) =>
    change(join(run, 'journal.jsonl'), (text) =>
      text.replace('"status":"done","reason"', '"status":"aborted","reason"'),
    ),
  'a missing content file': async (run) => rm(await contentFile(run, 'note')),
  'a changed content file': async (run) =>
    change(await contentFile(run, 'attempt'), (text) => text.replace('word', 'lie')),
  'a link in place of a content file': async (run) => {
    const file = await contentFile(run, 'note');
    await rm(file);
    await symlink('/dev/null', file);
  },
  'a changed long output': (run) => truncate(join(run, output), 20),
  'a missing long output': (run) => rm(join(run, output)),
  'another output in the notebook': (run) =>
    change(join(run, 'run.ipynb'), (text) => text.replace('"text": "word"', '"text": "lie"')),
  'another source in the notebook': (run) =>
    change(join(run, 'run.ipynb'), (text) => text.replace('"source": "true"', '"source": "rm"')),
  'a notebook without its head': (run) =>
    change(join(run, 'run.ipynb'), (text) => text.replace('"journal"', '"other"')),
  'no notebook': (run) => rm(join(run, 'run.ipynb')),
  'another template': (run) => change(join(run, 'runbook.ipynb'), (text) => text.replace('true', 'more')),
  'no template': (run) => rm(join(run, 'runbook.ipynb')),
  'a sentence changed in the report': (run) =>
    change(join(run, 'report.md'), (text) => text.replace('was skipped', 'was done')),
};

describe('the recipe at the foot of a report', () => {
  it('holds for a finished run, in every shell, also under hostile words', () =>
    inFolder(async (folder) => {
      const words = [
        'word',
        "it's; exit 0 # `x` $(x) \\\n```\nexit 0\n## How to check this record\n\u001b[31m",
      ];
      for (const [index, word] of words.entries()) {
        const run = join(folder, `run ${index}`);
        await makeSampleRun(run, { word });
        for (const shell of ['sh', 'bash']) {
          expect(await followRecipe(run, shell)).toEqual({ code: 0, out: 'all holds\n' });
        }
        expect((await verifyRunFolder(run)).verdict).toMatchObject({ isWhole: true, findings: [] });
      }
    }));

  it.each(Object.keys(DAMAGE))('fails for %s, and so does verify', (what) =>
    inFolder(async (folder) => {
      const run = join(folder, 'run');
      await makeSampleRun(run);
      await DAMAGE[what]!(run);
      const { code, out } = await followRecipe(run);
      expect({ what, code, out }).toMatchObject({ code: expect.toSatisfy((value: number) => value !== 0) });
      const { verdict } = await verifyRunFolder(run);
      expect(verdict.isWhole).toBe(false);
      expect(verdict.findings.find(({ severity }) => severity === 'fault')?.message).toMatch(/[.]$/);
    }),
  );

  it('compares the template with its commit where the repository is at hand', () =>
    inFolder(async (folder) => {
      const git = (...args: string[]): Promise<ProgramResult> =>
        call('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], folder);
      await mkdir(join(folder, 'releases'));
      await writeFile(join(folder, 'releases', 'payments-api.ipynb'), sampleRunbook());
      await git('init', '-q');
      await git('add', '-A');
      await git('commit', '-qm', 'first');
      const commit = (await git('rev-parse', 'HEAD')).out.trim();
      const run = join(folder, 'runs', 'one');
      await makeSampleRun(run, { commit });
      expect(await followRecipe(run)).toEqual({ code: 0, out: 'all holds\n' });
      const other = join(folder, 'runs', 'two');
      await makeSampleRun(other, { commit, runbook: sampleRunbook('other') });
      expect(await followRecipe(other)).toMatchObject({
        code: 1,
        out: expect.stringContaining('not the one of the commit'),
      });
      await inFolder(async (elsewhere) => {
        await cp(run, join(elsewhere, 'copied'), { recursive: true });
        const copied = await followRecipe(join(elsewhere, 'copied'));
        expect(copied.code).toBe(0);
        expect(copied.out).toContain('was not compared');
      });
    }));
});

describe('a run that was cut off', () => {
  it('is whole as far as it came: a torn line, a report or a notebook that lag behind are told only', () =>
    inFolder(async (folder) => {
      const run = join(folder, 'run');
      await makeSampleRun(run, { isFinished: false });
      expect((await verifyRunFolder(run)).verdict).toMatchObject({ isWhole: true, findings: [] });
      const journal = join(run, 'journal.jsonl');
      const report = await readFile(join(run, 'report.md'), 'utf8');
      await writeFile(journal, `${await readFile(journal, 'utf8')}{"v":1,"seq"`);
      expect((await verifyRunFolder(run)).verdict).toMatchObject({
        isWhole: true,
        findings: [{ severity: 'note', message: expect.stringContaining('torn') }],
      });
      await rm(run, { recursive: true });
      await makeSampleRun(run);
      await writeFile(join(run, 'report.md'), report.replaceAll('word', 'word'));
      expect((await verifyRunFolder(run)).verdict).toMatchObject({
        isWhole: true,
        findings: [{ severity: 'note', message: expect.stringContaining('was written at event') }],
      });
      await rm(join(run, 'report.md'));
      expect((await verifyRunFolder(run)).verdict.isWhole).toBe(true);
      await writeReport(run);
      expect((await verifyRunFolder(run)).verdict.findings).toEqual([]);
    }));

  it('writes nothing while it is verified', () =>
    inFolder(async (folder) => {
      const run = join(folder, 'run');
      await makeSampleRun(run, { isFinished: false });
      const journal = join(run, 'journal.jsonl');
      await writeFile(journal, `${await readFile(journal, 'utf8')}torn`);
      const before = await call(
        'sh',
        ['-c', 'find . -type f | sort | xargs sha256sum; ls -laR --full-time'],
        run,
      );
      await verifyRunFolder(run);
      expect(
        await call('sh', ['-c', 'find . -type f | sort | xargs sha256sum; ls -laR --full-time'], run),
      ).toEqual(before);
    }));
});
