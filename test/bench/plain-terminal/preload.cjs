'use strict';
const { ipcRenderer } = require('electron');

ipcRenderer.on('port', (event) => window.postMessage('port', '*', [...event.ports]));
window.addEventListener('message', ({ data }) => {
  if (data === 'ready') ipcRenderer.send('ready');
});
