/**
 * Lets libraries add style elements under our content policy, which allows them by nonce alone.
 *
 * Imported before everything else. Only elements made by script get the nonce: parsed markup stays blocked.
 */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
const create = document.createElement.bind(document);
document.createElement = ((name: string, options?: ElementCreationOptions) => {
  const element = create(name, options);
  if (name.toLowerCase() === 'style') element.setAttribute('nonce', nonce);
  return element;
}) as typeof document.createElement;

export {};
