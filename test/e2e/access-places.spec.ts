import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from '../support/app';
import { audit, command, escape, place, setting, startWalk, type Screen, type Walk } from '../support/audit';

const keysFound = ({ page }: Walk, words: string): Promise<void> =>
  page.getByRole('textbox', { name: 'Type a key or what it does' }).fill(words);

/** What the window shows without a document. */
const PLACES: readonly Screen[] = [
  ['welcome', ({ page }) => page.getByText('1 found').waitFor()],
  [
    'kernels',
    async (walk) => {
      await place(walk, 'Kernels');
      await walk.page.getByText('Python 3').first().waitFor();
    },
  ],
  [
    'settings, appearance',
    async (walk) => {
      await place(walk, 'Settings');
      await walk.page.getByRole('heading', { level: 1, name: 'Appearance' }).waitFor();
    },
  ],
  ['settings, notebook', (walk) => setting(walk, 'Notebook'), null, '.page'],
  ['settings, notifications', (walk) => setting(walk, 'Notifications'), null, '.page'],
  ['settings, kernels', (walk) => setting(walk, 'Kernels'), null, '.page'],
  [
    'settings, found',
    ({ page }) => page.getByRole('searchbox', { name: 'Find a setting' }).fill('cell'),
    null,
    '.page',
  ],
  [
    'settings, none found',
    ({ page }) => page.getByRole('searchbox', { name: 'Find a setting' }).fill('zzz'),
    null,
    '.page',
  ],
  [
    'settings, a value out of its limits',
    async (walk) => {
      await setting(walk, 'Kernels');
      await walk.page.getByRole('textbox', { name: 'Idle kernels end after' }).fill('0');
    },
    null,
    '.page',
  ],
  [
    'settings, a mistake in the file',
    async ({ desktop, page }) => {
      await mkdir(desktop.places.config, { recursive: true });
      await writeFile(join(desktop.places.config, 'settings.json'), '{ "zoom": 400 }\n');
      await page.getByRole('region', { name: 'Mistakes in the file' }).waitFor();
    },
    null,
    '.page',
  ],
  ['keys', (walk) => place(walk, 'Keys')],
  [
    'keys, of the window',
    ({ page }) =>
      page.getByRole('group', { name: 'Keys of' }).getByRole('button', { name: 'Window' }).click(),
    null,
    '.keys-dialog',
  ],
  ['keys, found', (walk) => keysFound(walk, 'compare'), null, '.keys-dialog'],
  [
    'keys, none found',
    (walk) => keysFound(walk, 'zzz'),
    async (walk) => {
      // The first empties the field.
      await escape(walk);
      await escape(walk);
    },
    '.keys-dialog',
  ],
  ['palette', ({ page }) => page.keyboard.press('Control+Shift+C')],
  ['palette, found', ({ page }) => page.keyboard.type('zoom'), null, '[role=dialog]'],
  ['palette, none found', ({ page }) => page.keyboard.type(' qqq'), escape, '[role=dialog]'],
  [
    'menu',
    ({ page }) => page.getByRole('button', { name: 'Menu', exact: true }).click(),
    escape,
    '[role=menu]',
  ],
  [
    'notifications, none',
    ({ page }) => page.getByRole('contentinfo').getByRole('button', { name: 'Notifications' }).click(),
    escape,
    '.notices',
  ],
  [
    'a file that is not opened',
    async ({ desktop, page }) => {
      const file = join(desktop.folder, 'broken.ipynb');
      await writeFile(file, '{"cells": [');
      await desktop.answerOpenDialog(file);
      await page.keyboard.press('Control+o');
      await page.getByText('This file was not opened').waitFor();
    },
  ],
  [
    'environments, a mistake in the file',
    async (walk) => {
      const environment = (more: string): string =>
        `{ "name": "prod", "colour": "carmine", "guard": "strict"${more} }`;
      const checks = '[{ "command": ["hostname"], "equals": "bastion" }]';
      await writeFile(
        join(walk.desktop.folder, 'watchbook.json'),
        `{ "version": 1, "ours": 1, "parameters": { "batch": { "type": "number", "max": 5 }, "dry_run": { "type": "boolean" } },
          "environments": [${environment(`, "checks": ${checks}, "values": { "batch": 9 }`)}] }`,
      );
      await command(walk, 'Environments of the library');
      await walk.page.getByText('batch is 9, at most 5').first().waitFor();
    },
    async ({ desktop }) => writeFile(join(desktop.folder, 'watchbook.json'), '{ "version": 1 }'),
  ],
];

test('axe finds nothing on the places of the window', async ({ desktop }) => {
  test.setTimeout(400_000);
  await audit(await startWalk(desktop), PLACES);
});
