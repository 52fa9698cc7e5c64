import { ipcRenderer } from 'electron';

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
