// A browser as plain as can be, scripts and network on: nothing here protects the page it is given. It tells in one
// line what the page asked for and what ran, and ends.
'use strict';
const { setTimeout: wait } = require('node:timers/promises');
const { app, BrowserWindow, session } = require('electron');

const CLICKS = `for (const element of document.querySelectorAll('main *:not(a)')) {
  element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
  element.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
} 0`;
const LOOK = `({
  frames: document.querySelectorAll('iframe').length,
  open: [...document.querySelectorAll('iframe')].filter((frame) => frame.getAttribute('sandbox') !== '').length,
  ran: window.ran ?? [],
  protocol: location.protocol,
})`;
/** Runs where there is no policy: without this, nothing running would say nothing. */
const CONTROL = `data:text/html,${encodeURIComponent('<img src="data:x" onerror="window.ran=[1]">')}`;

async function main() {
  await app.whenReady();
  const asked = [];
  session.defaultSession.webRequest.onBeforeRequest(({ url }, decide) => {
    asked.push(url);
    decide({});
  });
  const window = new BrowserWindow({ width: 1000, height: 1400 });
  const inPage = (script) => window.webContents.mainFrame.executeJavaScript(script);
  // Whether every frame has ended loading counts for nothing: what is done until then is what is looked for.
  void window.loadFile(process.argv.at(-1)).catch(() => undefined);
  await wait(6_000);
  await inPage(CLICKS);
  await wait(1_500);
  const seen = { ...(await inPage(LOOK)), asked: [...asked] };
  void window.loadURL(CONTROL).catch(() => undefined);
  await wait(1_500);
  const control = await inPage('window.ran ?? []');
  process.stdout.write(`${JSON.stringify({ ...seen, control })}\n`);
  app.exit(0);
}

void main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  app.exit(1);
});
