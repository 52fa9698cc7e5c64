/** What xterm writes into the style of a piece of text where it draws by the page itself: colours, and nothing else. */
const COLOURS =
  /^(?:\s*(?:color|background-color|text-decoration-color):\s*(?:#[0-9a-f]{6,8}|rgba?\([\d., ]{1,40}\));)+\s*$/i;

/**
 * Lets xterm colour text without WebGL: our content policy blocks a style that is written as an attribute, and allows
 * the same by the object model. Only colours go that way; any other style stays blocked.
 */
export function letSpansHaveColours(): void {
  const { prototype } = HTMLSpanElement;
  if (Object.hasOwn(prototype, 'setAttribute')) return;
  const write = Element.prototype.setAttribute;
  prototype.setAttribute = function setAttribute(this: HTMLSpanElement, name: string, value: string): void {
    if (name === 'style' && COLOURS.test(value)) this.style.cssText = value;
    else write.call(this, name, value);
  };
}
