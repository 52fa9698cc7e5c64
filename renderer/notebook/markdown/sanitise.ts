import createDomPurify, { type Config, type DOMPurify } from 'dompurify';

/** Beside the form controls and `style`: what plays, floats above the page, or moves by itself. */
const FORBIDDEN_TAGS = [
  'style',
  'form',
  'input',
  'button',
  'textarea',
  'select',
  'option',
  'optgroup',
  'datalist',
  'output',
  'dialog',
  'marquee',
  'audio',
  'video',
  'source',
  'track',
  'picture',
  'map',
  'area',
  'template',
  'slot',
  'canvas',
];

/** Attributes that load, float, take the focus or keys, or carry looks. */
const FORBIDDEN_ATTRIBUTES = [
  'style',
  'background',
  'srcset',
  'sizes',
  'poster',
  'popover',
  'popovertarget',
  'popovertargetaction',
  'command',
  'commandfor',
  'tabindex',
  'autofocus',
  'accesskey',
  'contenteditable',
  'draggable',
  'download',
  'ping',
  'target',
  'usemap',
  'ismap',
  'nonce',
  'part',
  'exportparts',
  'slot',
  'inert',
  'for',
];

/** Class names of our own that markdown may carry. Any other would let a text wear the looks of the interface. */
const ALLOWED_CLASS = /^(?:md-[a-z-]+|language-[\w+#-]+|footnote[a-z-]*)$/;

/** Where the address of a picture is kept until `renderMarkdown` has judged it. Texts cannot set it themselves. */
export const PICTURE_SOURCE = 'data-picture-source';

const PROFILE: Config = {
  USE_PROFILES: { html: true },
  SANITIZE_NAMED_PROPS: true,
  ALLOW_DATA_ATTR: false,
  FORBID_TAGS: FORBIDDEN_TAGS,
  FORBID_ATTR: FORBIDDEN_ATTRIBUTES,
  // Links of unknown schemes stay, to be shown dead with a reason; see `judgeLink`.
  ALLOW_UNKNOWN_PROTOCOLS: false,
};

let purifier: DOMPurify | null = null;

function makePurifier(): DOMPurify {
  const made = createDomPurify(window);
  made.addHook('uponSanitizeAttribute', (_node, data) => {
    if (data.attrName === 'class') {
      data.attrValue = data.attrValue
        .split(/\s+/)
        .filter((name) => ALLOWED_CLASS.test(name))
        .join(' ');
      data.keepAttr = data.attrValue !== '';
    }
  });
  // Before the picture's address is looked at by anybody else: an image begins to load when it enters the page.
  made.addHook('beforeSanitizeAttributes', (node) => {
    if (node.nodeName !== 'IMG') return;
    const source = node.getAttribute('src');
    node.removeAttribute('src');
    node.removeAttribute(PICTURE_SOURCE);
    if (source !== null) pictureSources.set(node, source);
  });
  made.addHook('afterSanitizeAttributes', (node) => {
    const source = pictureSources.get(node);
    if (source !== undefined) node.setAttribute(PICTURE_SOURCE, source);
  });
  // A link's address is kept whatever its scheme; the sanitiser would drop it in silence.
  made.addHook('beforeSanitizeAttributes', (node) => {
    if (node.nodeName !== 'A') return;
    const address = node.getAttribute('href');
    node.removeAttribute('href');
    node.removeAttribute(LINK_ADDRESS);
    if (address !== null) linkAddresses.set(node, address);
  });
  made.addHook('afterSanitizeAttributes', (node) => {
    const address = linkAddresses.get(node);
    if (address !== undefined) node.setAttribute(LINK_ADDRESS, address);
  });
  return made;
}

const pictureSources = new WeakMap<Element, string>();
const linkAddresses = new WeakMap<Element, string>();

/** Where the address of a link is kept until `renderMarkdown` has judged it. Never an `href`: nothing navigates. */
export const LINK_ADDRESS = 'data-link-address';

/**
 * Makes foreign HTML inert: no scripts, handlers, forms, styles, media, top-layer elements, foreign classes or
 * names that could clobber globals. Links and pictures come without their addresses, which lie in
 * {@link LINK_ADDRESS} and {@link PICTURE_SOURCE} as plain text.
 *
 * Null for what the parser makes no page with a body of: a text that begins with `<frameset>`.
 */
export function sanitiseHtml(html: string): DocumentFragment | null {
  purifier ??= makePurifier();
  // Its types do not know that there may be nothing to return.
  return purifier.sanitize(html, { ...PROFILE, RETURN_DOM_FRAGMENT: true }) as DocumentFragment | null;
}
