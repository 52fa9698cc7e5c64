import * as z from 'zod';
import { widgetMessageSchema } from '../widgets/judge-message';
import { widgetModelSchema } from '../widgets/widget-model';
import { LIBRARY_DRAWINGS } from './mime';

/** The version of the messages between the page and an output frame. Both come from one build; others are refused. */
export const FRAME_PROTOCOL = 1;

/**
 * Under `still` only our own drawing code runs, under `live` the scripts of the output too. Under `code` runs what the
 * page hands over as code of a widget package, and what that makes; scripts in what it draws stay dead.
 */
export type FramePolicy = 'still' | 'live' | 'code';

/** The addresses of the one frame page; the policy is in the answer's headers, so the address decides it. */
export const FRAME_URLS: Readonly<Record<FramePolicy, string>> = {
  still: 'frame://output/still',
  live: 'frame://output/live',
  code: 'frame://output/code',
};

/** Stands in the page and in its policy for the nonce of one load, which no output can know before. */
export const FRAME_NONCE = '__FRAME_NONCE__';

/** The frame's whole sandbox. One word more, `allow-same-origin` above all, and there is no boundary. */
export const FRAME_SANDBOX = 'allow-scripts';

/**
 * A script in a frame may move the focus only right after a person's click or key in that frame. The desktop switches
 * on the browser's rule for it (`FRAME_FOCUS_RULE`); Tab, the pointer and screen readers are no scripts.
 */
export const FRAME_ALLOW = "focus-without-user-activation 'none'";
/** Chromium's name of what makes it heed that. One that does not know it leaves it to the page's own guard. */
export const FRAME_FOCUS_RULE = 'BlockingFocusWithoutUserActivation';

const CLOSED =
  "style-src 'self' 'unsafe-inline'; img-src data: blob:; font-src 'self' data:; media-src data:; connect-src 'none'; " +
  "worker-src 'none'; frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors app:";

/** The content policies by address. None has a network; `'self'` is our own bundle of the frame alone, its fonts too. */
export const FRAME_CONTENT_POLICIES: Readonly<Record<FramePolicy, string>> = {
  still: `default-src 'none'; script-src 'self'; ${CLOSED}`,
  live: `default-src 'none'; script-src 'self' 'unsafe-inline'; ${CLOSED}`,
  // A blob can be made only by what runs already.
  code: `default-src 'none'; script-src 'self' 'nonce-${FRAME_NONCE}' blob:; ${CLOSED}`,
};

/** A frame grows to this many pixels; beyond, it scrolls inside. */
export const FRAME_MAX_HEIGHT = 640;
/** Messages a frame may send at once, and then each second. One that sends more is stopped. */
export const FRAME_BURST = 200;
export const FRAME_MESSAGES_PER_SECOND = 40;
/** Changes of height that are followed in ten seconds; then the tallest stays. */
export const FRAME_RESIZES = 40;
/** Characters of content a frame takes; more is shown by its text fallback. */
export const FRAME_MAX_CONTENT = 32 * 1024 * 1024;

/** The page's tokens and which side of them is used; names begin with `--`. */
export const frameThemeSchema = z.strictObject({
  scheme: z.enum(['light', 'dark']),
  tokens: z.record(z.string().regex(/^--[a-z0-9-]{1,60}$/), z.string().max(400)),
});
export type FrameTheme = z.infer<typeof frameThemeSchema>;

const version = z.literal(FRAME_PROTOCOL);

/** From the page to its frame. */
export const toFrameSchema = z.discriminatedUnion('t', [
  z.strictObject({
    v: version,
    t: z.literal('show'),
    drawing: z.enum(['html', 'svg', 'script', ...LIBRARY_DRAWINGS]),
    /** Text of the output; for what a library draws, JSON. */
    content: z.string().max(FRAME_MAX_CONTENT),
    policy: z.enum(['still', 'live', 'code']),
    theme: frameThemeSchema,
  }),
  z.strictObject({ v: version, t: z.literal('theme'), theme: frameThemeSchema }),
  /** To a frame that shows a widget: what changed of the models that its output reaches. */
  z.strictObject({
    v: version,
    t: z.literal('widgets'),
    models: z.array(widgetModelSchema.extend({ isWhole: z.boolean() })).readonly(),
    gone: z.array(z.string()).readonly(),
  }),
  /** Asks for a sign of life. */
  z.strictObject({ v: version, t: z.literal('ping') }),
]);
export type ToFrame = z.infer<typeof toFrameSchema>;

/**
 * From a frame to its page. What runs in a live frame can forge every one of these, so none of them may do more
 * than change how the frame itself looks, or ask.
 */
export const fromFrameSchema = z.discriminatedUnion('t', [
  z.strictObject({ v: version, t: z.literal('ready') }),
  z.strictObject({ v: version, t: z.literal('size'), height: z.number().min(0).max(10_000_000) }),
  /** A link was clicked. The page shows its host and asks; nothing opens by this message. */
  z.strictObject({ v: version, t: z.literal('link'), href: z.string().min(1).max(2_048) }),
  /** Esc: the keyboard goes back to the page. */
  z.strictObject({ v: version, t: z.literal('escape') }),
  /** What the policy held back so far. */
  z.strictObject({
    v: version,
    t: z.literal('held'),
    resources: z.number().int().min(0).max(100_000),
    hosts: z.array(z.string().max(260)).max(8),
    scripts: z.number().int().min(0).max(100_000),
  }),
  z.strictObject({ v: version, t: z.literal('failed'), message: z.string().max(1_000) }),
  /** What was given last is drawn. */
  z.strictObject({ v: version, t: z.literal('drawn') }),
  z.strictObject({ v: version, t: z.literal('pong') }),
  /** A person changed a widget. It goes on only where the page saw a hand in this frame too. */
  z.strictObject({
    v: version,
    t: z.literal('widget'),
    model: z.string().min(1).max(200),
    message: widgetMessageSchema,
  }),
]);
export type FromFrame = z.infer<typeof fromFrameSchema>;

/** The tokens a frame gets: enough to look like the page around it. */
export const FRAME_TOKENS = [
  '--surface-page',
  '--surface-panel',
  '--surface-sunken',
  '--surface-hover',
  '--surface-selected',
  '--text-primary',
  '--text-secondary',
  '--text-muted',
  '--border-subtle',
  '--border-default',
  '--border-control',
  '--accent-text',
  '--accent-soft',
  '--focus-ring',
  '--code-keyword',
  '--code-string',
  '--code-number',
  '--code-function',
  '--code-comment',
  '--accent',
  '--action',
  '--action-on',
  '--text-disabled',
  '--state-running',
  '--state-done',
  '--state-failed',
  '--state-waiting',
  '--state-rolledback',
  '--state-edited',
  '--env-dev',
  '--env-prod',
  '--env-moss',
  '--state-queued',
  '--state-failed-text',
  '--state-done-text',
  '--state-waiting-text',
  '--state-rolledback-text',
  '--state-edited-text',
  '--state-waiting-soft',
  '--state-running-soft',
  '--state-done-soft',
  '--state-failed-soft',
  '--space-1',
  '--space-2',
  '--space-3',
  '--radius-1',
] as const;
