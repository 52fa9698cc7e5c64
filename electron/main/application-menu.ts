import { Menu, type MenuItemConstructorOptions } from 'electron';

/**
 * macOS has one menu for the program, whose keys work everywhere; elsewhere the window has its own button and there
 * is none.
 */
export function setApplicationMenu(send: (command: string) => void): void {
  if (process.platform !== 'darwin') {
    Menu.setApplicationMenu(null);
    return;
  }
  const item = (label: string, command: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => send(command),
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      {
        role: 'appMenu',
        submenu: [
          { role: 'about' },
          { type: 'separator' },
          item('Settings…', 'settings', 'Cmd+,'),
          { type: 'separator' },
          { role: 'hide' },
          { role: 'hideOthers' },
          { role: 'unhide' },
          { type: 'separator' },
          { role: 'quit' },
        ],
      },
      {
        label: 'File',
        submenu: [
          item('New runbook…', 'new', 'Cmd+N'),
          item('New window', 'new-window', 'Cmd+Shift+N'),
          item('Open…', 'open', 'Cmd+O'),
          { type: 'separator' },
          item('Save', 'save'),
          item('Save as…', 'save-as'),
          { type: 'separator' },
          item('Close tab', 'close-tab', 'Cmd+W'),
        ],
      },
      { role: 'editMenu' },
      { role: 'windowMenu' },
    ]),
  );
}
