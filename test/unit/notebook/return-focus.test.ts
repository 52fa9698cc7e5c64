import { expect, it, vi } from 'vitest';
import { takesKeys } from '../../../renderer/notebook/use-return-focus';

// There is no page here: an element is known by its name alone.
vi.hoisted(() => vi.stubGlobal('Element', class {}));

function element(name: string, isConnected = true): Element {
  const matches = (selector: string): boolean => selector.split(', ').includes(name);
  return Object.assign(Object.create(Element.prototype) as Element, { isConnected, matches });
}

it('gives the focus back to what had it, but to no frame, nothing that is gone, and not to the page around', () => {
  expect(takesKeys(element('article'))).toBe(true);
  expect(takesKeys(element('article', false))).toBe(false);
  expect(takesKeys(element('iframe'))).toBe(false);
  expect(takesKeys(element('main'))).toBe(false);
});
