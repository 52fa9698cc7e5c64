// Makes sure that the system has what the runtime links to, and a display to draw on.
import { existsSync } from 'node:fs';
import { must, run, say, SetUpError, step } from './steps.mjs';

const DEBIAN = [
  'xvfb',
  'xauth',
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'libatk-bridge2.0-0',
  'libdrm2',
  'libxkbcommon0',
  'libcups2',
  'libnotify4',
  'dbus',
];

/** True where a window can be shown without help. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Installs missing libraries by name on Debian as root; elsewhere says the one command to type. */
export async function ensureLibraries(program, { needsXvfb = !hasDisplay() } = {}) {
  if (process.platform !== 'linux') return;
  const { output } = await run('ldd', [program]);
  const missing = output
    .split('\n')
    .filter((line) => line.includes('not found'))
    .map((line) => line.trim().split(' ')[0]);
  const lacksXvfb = needsXvfb && !(await isHere('xvfb-run'));
  if (missing.length === 0 && !lacksXvfb) return;
  const what = [...missing, ...(lacksXvfb ? ['xvfb-run'] : [])].join(', ');
  const command = `apt-get install -y ${DEBIAN.join(' ')}`;
  if (!existsSync('/etc/debian_version')) {
    throw new SetUpError(`The system lacks ${what}. Install the packages that hold them and start again.`);
  }
  if (process.getuid() !== 0) throw new SetUpError(`The system lacks ${what}. Type:\n  sudo ${command}`);
  say(`The system lacks ${what}.`);
  await step(`Installing Debian packages: ${DEBIAN.join(' ')}`, async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await must('apt-get', ['update', '-qq'], { env });
    await must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...DEBIAN], { env });
  });
}

async function isHere(program) {
  return (await run('sh', ['-c', `command -v ${program}`])).code === 0;
}
