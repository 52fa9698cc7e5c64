// Makes sure that the system has what the runtime links to, and a display to draw on.
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
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
  if (needsXvfb && (await run('sh', ['-c', 'command -v xvfb-run'])).code !== 0) missing.push('xvfb-run');
  if (missing.length === 0) return;
  const what = missing.join(', ');
  if (!existsSync('/etc/debian_version')) {
    throw new SetUpError(`The system lacks ${what}. Install the packages that hold them and start again.`);
  }
  if (process.getuid() !== 0) {
    const names = (await presentNames(DEBIAN)).join(' ');
    throw new SetUpError(`The system lacks ${what}. Type:\n  sudo apt-get install -y ${names}`);
  }
  say(`The system lacks ${what}.`);
  await installDebian(DEBIAN);
}

/** Makes sure of programs that are packages of the same name; on Debian as root they are installed. */
export async function ensurePrograms(names) {
  const found = await Promise.all(names.map((name) => run('sh', ['-c', `command -v ${name}`])));
  const missing = names.filter((_, at) => found[at].code !== 0);
  if (missing.length === 0) return;
  const what = missing.join(' ');
  if (!existsSync('/etc/debian_version')) {
    throw new SetUpError(`The system lacks ${what}, which the tests start. Install them and start again.`);
  }
  if (process.getuid() !== 0) {
    throw new SetUpError(
      `The system lacks ${what}, which the tests start. Type:\n  sudo apt-get install -y ${what}`,
    );
  }
  await installDebian(missing);
}

/** Where Debian has it, which is not on everybody's PATH. */
const SSHD = '/usr/sbin/sshd';
/** Who runs it in the tests where those run as root. It owns nothing. */
const SSHD_USER = 'watchbook-test';

/**
 * Makes sure of an OpenSSH server for the tests, which start it themselves on loopback; on Debian as root it is
 * installed, and no service is started. Root gets a user for it without rights.
 */
export async function ensureSshd() {
  const isThere = existsSync(SSHD) || (await run('sh', ['-c', 'command -v sshd'])).code === 0;
  if (!isThere) {
    if (!existsSync('/etc/debian_version')) {
      throw new SetUpError('The system lacks sshd, which the tests start. Install OpenSSH and start again.');
    }
    if (process.getuid() !== 0) {
      throw new SetUpError(
        'The system lacks sshd, which the tests start. Type:\n  sudo apt-get install -y openssh-server',
      );
    }
    await withoutServices(() => installDebian(['openssh-server']));
  }
  if (process.platform !== 'linux' || process.getuid() !== 0) return;
  if ((await run('id', [SSHD_USER])).code === 0) return;
  // The password is none that could be typed; the shell is what a login gets.
  const how = ['--system', '--user-group', '--no-create-home', '--home-dir', '/', '--shell', '/bin/bash'];
  await must('useradd', [...how, '--password', '*', SSHD_USER]);
}

/** Debian asks this file before it starts a service that was just installed. */
const POLICY = '/usr/sbin/policy-rc.d';

async function withoutServices(work) {
  if (existsSync(POLICY)) return work();
  await writeFile(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await work();
  } finally {
    await rm(POLICY, { force: true });
  }
}

/** Installs Debian packages; only as root. */
export async function installDebian(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await step(`Installing Debian packages: ${packages.join(' ')}`, async () => {
    await must('apt-get', ['update', '-qq'], { env });
    const names = await presentNames(packages);
    await must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env });
  });
}

/** Newer releases of Debian and Ubuntu have some libraries under names that end in t64. */
async function presentNames(packages) {
  const libraries = packages.filter((name) => name.startsWith('lib'));
  const { output } = await run('apt-cache', ['pkgnames']);
  const known = new Set(output.split('\n'));
  return packages.map((name) => (libraries.includes(name) && known.has(`${name}t64`) ? `${name}t64` : name));
}
