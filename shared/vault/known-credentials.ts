/** What credentials look like that people carry about, with a word for each. Lengths keep ordinary words out. */
const FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/],
  ['a private key', /\bPuTTY-User-Key-File-\d:/],
  ['a private key', /\bAGE-SECRET-KEY-1[0-9A-Z]{20,}/],
  ['a GitHub token', /\bgh[opsur]_[A-Za-z0-9]{20,}/],
  ['a GitHub token', /\bgithub_pat_[A-Za-z0-9_]{20,}/],
  ['a GitLab token', /\bgl(?:pat|dt|rt|cbt|ptt|ft|soat)-[A-Za-z0-9_-]{20,}/],
  ['an AWS access key', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a Google API key', /\bAIza[0-9A-Za-z_-]{35}/],
  ['a Google token', /\bya29\.[0-9A-Za-z_-]{20,}/],
  ['a Slack token', /\bx(?:ox[abeoprs]|app)-[0-9A-Za-z-]{10,}/],
  ['a Slack webhook', /\bhooks\.slack\.com\/services\/T[0-9A-Z]+\/B[0-9A-Z]+\/[0-9A-Za-z]{16,}/],
  ['a Stripe key', /\b[rs]k_(?:live|test)_[0-9A-Za-z]{16,}/],
  ['an API key', /\bsk-(?:[a-z]+-)*[0-9A-Za-z_-]{20,}/],
  ['a SendGrid key', /\bSG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}/],
  ['an npm token', /\bnpm_[0-9A-Za-z]{36}/],
  ['a PyPI token', /\bpypi-[0-9A-Za-z_-]{50,}/],
  ['a Docker token', /\bdckr_(?:pat|oat)_[0-9A-Za-z_-]{20,}/],
  ['a Hugging Face token', /\bhf_[0-9A-Za-z]{30,}/],
  ['a DigitalOcean token', /\bdo[opr]_v1_[0-9a-f]{64}/],
  ['a Vault token', /\bhv[sbr]\.[0-9A-Za-z_-]{20,}/],
  ['a Databricks token', /\bdapi[0-9a-f]{32}/],
  ['a Grafana token', /\bgl(?:sa|c)_[0-9A-Za-z_=+/]{30,}/],
  ['a signed token', /\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}/],
];

/** Longer texts are looked through at both ends only. */
const LOOKED_AT = 65_536;

/**
 * What kind of credential stands in a text, in words (`a GitHub token`); null where none is known there.
 *
 * It knows forms, not secrets: what it does not name may be one all the same.
 */
export function credentialIn(text: string): string | null {
  const looked =
    text.length <= 2 * LOOKED_AT ? text : `${text.slice(0, LOOKED_AT)}\n${text.slice(-LOOKED_AT)}`;
  return FORMS.find(([, form]) => form.test(looked))?.[0] ?? null;
}
