import { describe, expect, test } from 'vitest';
import { leaveAppImage } from '../../../electron/main/app-image';

const MOUNT = '/tmp/.mount_WatchbXyz';

function inside(called: string): Record<string, string | undefined> {
  return {
    APPDIR: MOUNT,
    APPIMAGE: '/home/me/Watchbook.AppImage',
    ARGV0: called,
    OWD: '/home/me',
    PATH: `${MOUNT}:${MOUNT}/usr/sbin:/usr/bin:/bin`,
    LD_LIBRARY_PATH: `${MOUNT}/usr/lib`,
    XDG_DATA_DIRS: `${MOUNT}/usr/share/::/usr/share/`,
    HOME: '/home/me',
  };
}

describe('an AppImage', () => {
  test('called by its own name is the desktop, with the variables of the person', () => {
    const environment = inside('./Watchbook.AppImage');
    expect(leaveAppImage(environment, ['a.ipynb'])).toBeNull();
    expect(environment).toEqual({ PATH: '/usr/bin:/bin', XDG_DATA_DIRS: '/usr/share/', HOME: '/home/me' });
  });

  test('called as watchbook is the command line', () => {
    expect(leaveAppImage(inside('/home/me/bin/watchbook'), ['run', 'a.ipynb'])).toEqual(['run', 'a.ipynb']);
    expect(leaveAppImage(inside('watchbook'), ['--no-sandbox', '--version'])).toEqual(['--version']);
  });

  test('is not seen where there is none', () => {
    const environment = { ARGV0: 'watchbook', PATH: '/usr/bin' };
    expect(leaveAppImage(environment, ['run'])).toBeNull();
    expect(environment).toEqual({ ARGV0: 'watchbook', PATH: '/usr/bin' });
  });
});
