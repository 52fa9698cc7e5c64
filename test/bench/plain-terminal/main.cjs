// What people have elsewhere: a program on a pty of the main process, its output sent to the window that draws it,
// gathered for some milliseconds as editors do. Nothing is looked at, kept or recorded, and nobody waits for the window.
'use strict';
const { join } = require('node:path');
const { app, BrowserWindow, ipcMain, MessageChannelMain } = require('electron');
const { spawn } = require('@lydell/node-pty');

const GATHER_MS = 5;

if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();

ipcMain.on('ready', ({ sender }) => {
  const { port1, port2 } = new MessageChannelMain();
  port1.on('message', ({ data }) => run(port1, data));
  port1.start();
  sender.postMessage('port', null, [port2]);
});

function run(port, { program, args, cols, rows }) {
  let gathered = '';
  let timer = null;
  const send = () => {
    timer = null;
    port.postMessage(gathered);
    gathered = '';
  };
  const pty = spawn(program, args, { name: 'xterm-256color', cols, rows });
  pty.onData((data) => {
    gathered += data;
    timer ??= setTimeout(send, GATHER_MS);
  });
  pty.onExit(() => {
    clearTimeout(timer);
    send();
    port.postMessage(null);
  });
}

void app.whenReady().then(() => {
  const window = new BrowserWindow({
    width: 1280,
    height: 900,
    show: false,
    frame: false,
    webPreferences: { sandbox: true, contextIsolation: true, preload: join(__dirname, 'preload.cjs') },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadFile(join(__dirname, 'index.html'));
});
app.on('window-all-closed', () => app.quit());
