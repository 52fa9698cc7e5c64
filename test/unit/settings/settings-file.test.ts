import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../../electron/engine/settings/settings-file';
import { DEFAULT_SETTINGS } from '../../../shared/settings/contract';

const said = (text: string): readonly string[] =>
  parseSettings(text).mistakes.map(({ line, message }) => `${line}: ${message}`);

describe('the settings file', () => {
  test('may be empty, hold comments and end its lists with a comma', () => {
    expect(parseSettings('')).toEqual({ settings: DEFAULT_SETTINGS, mistakes: [] });
    const { settings, mistakes } = parseSettings('{\n  // mine\n  "zoom": 150, /* at night */\n}\n');
    expect([settings.zoom, settings.theme, mistakes]).toEqual([150, 'system', []]);
  });

  test.each([
    ['{\n  "zoom": 400\n}', ['2: “zoom” is 400, at most 200. The default is used.']],
    ['{\n\n  "silentMinutes": 0 }', ['3: “silentMinutes” is 0, at least 1. The default is used.']],
    ['{ "keepAwake": "yes" }', ['1: “keepAwake” is "yes", and must be true or false. The default is used.']],
    [
      '{ "theme": "blue" }',
      ['1: “theme” is "blue", and must be "system" or "light" or "dark". The default is used.'],
    ],
    [
      '{ "environmentFolders": [\n  "/opt",\n  7\n] }',
      ['3: “environmentFolders.1” is 7, and must be text in quotes. The default is used.'],
    ],
    ['{ "colour": 1 }', ['1: “colour” is not a setting. It is kept and not used.']],
    ['{ "zoom": 90,\n "zoom": 80 }', ['2: “zoom” is set a second time. The last one counts.']],
    ['{ "zoom": 90\n "theme": "dark" }', ['2: The file is not valid here: a comma is missing.']],
    ['[]', ['1: The settings are not an object.']],
  ])('names what is wrong by its line: %s', (text, mistakes) => {
    expect(said(text)).toEqual(mistakes);
  });

  test('keeps every value that is good beside one that is not', () => {
    const { settings } = parseSettings('{ "zoom": 400, "theme": "dark", "editorIndent": 2 }');
    expect(settings).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark', editorIndent: 2 });
  });

  test('lets the last of two count, also where it is not valid', () => {
    expect(parseSettings('{ "zoom": 90, "zoom": 80 }').settings.zoom).toBe(80);
    expect(parseSettings('{ "zoom": 90, "zoom": 8 }').settings.zoom).toBe(100);
  });
});
