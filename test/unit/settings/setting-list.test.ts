import { expect, test } from 'vitest';
import { findSettings, SETTINGS } from '../../../renderer/settings/setting-list';
import { DEFAULT_SETTINGS, settingsSchema, type Settings } from '../../../shared/settings/contract';

const keys = (typed: string): readonly string[] => findSettings(typed).map(({ key }) => key);

test('each setting is on the page once, with limits and choices that its schema takes', () => {
  const shown = SETTINGS.map(({ key }) => key);
  expect(new Set(shown).size).toBe(shown.length);
  const isGood = (key: keyof Settings, value: unknown): boolean =>
    settingsSchema.shape[key].safeParse(value).success;
  for (const entry of SETTINGS) {
    if (entry.control === 'choice')
      expect(entry.choices.filter(({ value }) => !isGood(entry.key, value))).toEqual([]);
    if (entry.control === 'number') {
      const { key, least, most, scale = 1 } = entry;
      expect([isGood(key, least * scale), isGood(key, least * scale - 1)], key).toEqual([true, false]);
      if (most !== undefined)
        expect([isGood(key, most * scale), isGood(key, most * scale + 1)], key).toEqual([true, false]);
    }
  }
});

test('every setting whose value is plain is on the page', () => {
  const shown = new Set<string>(SETTINGS.map(({ key }) => key));
  const plain = Object.entries(DEFAULT_SETTINGS).filter(([, value]) => typeof value !== 'object');
  expect(plain.map(([key]) => key).filter((key) => !shown.has(key))).toEqual([]);
});

test('is found by its words, its key, its choices and other words for it, in any order', () => {
  expect(keys('dark')).toContain('theme');
  expect(keys('silentMinutes')).toEqual(['silentMinutes']);
  expect(keys('sleep')).toEqual(['keepAwake']);
  expect(keys('  numbers LINE ')).toEqual(['editorLineNumbers']);
  expect(keys('no such setting')).toEqual([]);
  expect(keys('')).toHaveLength(SETTINGS.length);
});
