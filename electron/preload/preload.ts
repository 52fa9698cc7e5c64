import { ipcRenderer, webUtils } from 'electron';

/**
 * Hands the page its port to the desktop, and nothing else: no channel, no function, no Electron.
 *
 * The page says that it listens; only then the port is asked for, so that it can not arrive too early.
 */
window.addEventListener('message', (event) => {
  if (event.source === window && event.data === 'watchbook:ready') ipcRenderer.send('watchbook:ready');
});
ipcRenderer.on('watchbook:port', (event) => {
  window.postMessage('watchbook:port', window.location.origin, [...event.ports]);
});

// Where a dropped file lies is known here alone. The page is not told; the desktop opens it as any other.
window.addEventListener('dragover', (event) => {
  if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault();
});
window.addEventListener('drop', (event) => {
  const files = [...(event.dataTransfer?.files ?? [])];
  if (!event.isTrusted || files.length === 0) return;
  event.preventDefault();
  const paths = files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '');
  ipcRenderer.send('watchbook:dropped', paths);
});
