import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './frame.css';
import type { FrameTheme, ToFrame } from '../../shared/notebook/outputs/frame-protocol';
import { drawHtml, drawScript, drawSvg } from './draw';
import { Held } from './held';
import { isLibraryDrawing } from '../../shared/notebook/outputs/mime';
import { LibraryStage } from './libraries';
import { giveKeysBack, reportLinks } from './keys-and-links';
import { watchHeight } from './measure';
import { send } from './send';

/**
 * The page inside an output's frame: it draws what its page gives it, and tells how tall that is.
 *
 * Under the live policy the output's own scripts share this realm and can do all that this code can. Nothing here
 * keeps anything from them: the sandbox, the content policy and the page's own judgement of messages do.
 */
const output = document.querySelector<HTMLElement>('#output');
const scroller = document.querySelector<HTMLElement>('#scroller');
if (output === null || scroller === null) throw new Error('The frame has no place for the output');

const held = new Held(({ resources, hosts, scripts }) =>
  send({ v: 1, t: 'held', resources, hosts, scripts }),
);
const measure = watchHeight(scroller, output, (height) => send({ v: 1, t: 'size', height }));

const stage = new LibraryStage();

function wear({ scheme, tokens }: FrameTheme): void {
  const { style } = document.documentElement;
  style.colorScheme = scheme;
  for (const [name, value] of Object.entries(tokens)) style.setProperty(name, value);
}

function show(message: Extract<ToFrame, { t: 'show' }>, place: HTMLElement): void {
  wear(message.theme);
  held.begin();
  if (isLibraryDrawing(message.drawing)) {
    stage.show(message.drawing, { content: message.content, place, held }).then(drawn, failed);
    return;
  }
  stage.clear();
  const drawing = { content: message.content, place, held, isLive: message.policy === 'live' };
  switch (message.drawing) {
    case 'html':
      drawHtml(drawing);
      break;
    case 'svg':
      drawSvg(drawing);
      break;
    case 'script':
      drawScript(drawing);
      break;
  }
  drawn();
}

function drawn(): void {
  held.end();
  measure();
  send({ v: 1, t: 'drawn' });
}

function failed(error: unknown): void {
  fail(error instanceof Error ? error.message : String(error));
  drawn();
}

function fail(words: string): void {
  send({ v: 1, t: 'failed', message: words.slice(0, 1_000) });
}

window.addEventListener('message', (event: MessageEvent<ToFrame>) => {
  if (event.source !== window.parent || event.data?.v !== 1) return;
  const message = event.data;
  switch (message.t) {
    case 'theme':
      wear(message.theme);
      stage.theme(message.theme).catch(failed);
      return;
    case 'widgets':
      stage.feed(message).then(drawn, failed);
      return;
    case 'ping':
      send({ v: 1, t: 'pong' });
      return;
    case 'show':
      show(message, output);
      return;
  }
});
window.addEventListener('error', ({ message }) => {
  fail(message);
});
window.addEventListener('unhandledrejection', ({ reason }) => {
  fail(String(reason));
});
document.addEventListener('securitypolicyviolation', (event) => held.violation(event));
giveKeysBack();
reportLinks(output);
send({ v: 1, t: 'ready' });
