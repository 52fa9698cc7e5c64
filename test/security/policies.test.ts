import { describe, expect, it } from 'vitest';
import { FRAME_CONTENT_POLICIES, FRAME_SANDBOX } from '../../shared/notebook/outputs/frame-protocol';
import { appContentPolicy } from '../../electron/main/policies/content';
import { givenFiles } from '../../electron/main/policies/given-files';
import { checkGrantedPath } from '../../electron/main/policies/granted-paths';
import { judgeLink } from '../../electron/main/policies/links';
import { mayNavigate } from '../../electron/main/policies/navigation';
import { judgePermission } from '../../electron/main/policies/permissions';
import { servedFile } from '../../electron/main/policies/scheme-path';

describe('links', () => {
  const refused = [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>1</script>',
    'vbscript:x',
    'command:workbench.action',
    'file:///etc/passwd',
    'app://watchbook/index.html',
    'frame://output/live',
    'watchbook://open?x',
    'smb://host/share',
    'ms-settings:privacy',
    '\\\\host\\share',
    '//host/path',
    '/etc/passwd',
    '../x.ipynb',
    '',
    'https://hub.example@evil.example/',
    'https://user:password@evil.example/',
    `https://example.org/${'a'.repeat(10_000)}`,
  ];
  it.each(refused)('refuses %j', (url) => {
    expect(judgeLink(url).kind).toBe('refuse');
  });

  it('opens web and mail addresses and names the host as it will be asked', () => {
    expect(judgeLink('https://example.org/a?b#c')).toEqual({
      kind: 'open',
      url: 'https://example.org/a?b#c',
      host: 'example.org',
    });
    expect(judgeLink('mailto:oncall@example.org')).toMatchObject({ kind: 'open' });
    // A look-alike host is shown as what it is.
    expect(judgeLink('https://ехample.org/')).toMatchObject({ host: 'xn--ample-ywe6i.org' });
  });
});

describe('permissions', () => {
  const names = [
    'media',
    'geolocation',
    'notifications',
    'midi',
    'clipboard-read',
    'fullscreen',
    'openExternal',
  ];
  it.each(names)('never grants %s, not to our own page either', (permission) => {
    expect(judgePermission({ permission, origin: 'app://watchbook', isMainFrame: true })).toBe('deny');
  });

  it('grants writing the clipboard to our page alone', () => {
    const permission = 'clipboard-sanitized-write';
    expect(judgePermission({ permission, origin: 'app://watchbook', isMainFrame: true })).toBe('grant');
    for (const origin of [
      'null',
      '',
      'app://watchbook.evil',
      'https://watchbook',
      'frame://output',
      'app://evil',
    ]) {
      expect(judgePermission({ permission, origin, isMainFrame: true }), origin).toBe('deny');
    }
    expect(judgePermission({ permission, origin: 'app://watchbook', isMainFrame: false })).toBe('deny');
  });
});

describe('navigation', () => {
  it('lets the page go nowhere, and a frame to its own two addresses only', () => {
    for (const url of [
      'app://watchbook/index.html',
      'https://example.org',
      'file:///etc/passwd',
      'frame://output/still',
    ])
      expect(mayNavigate(url, true), url).toBe(false);
    expect(mayNavigate('frame://output/still', false)).toBe(true);
    expect(mayNavigate('frame://output/live', false)).toBe(true);
    for (const url of [
      'frame://output/still?x',
      'frame://output/still/../live2',
      'frame://output.evil/still',
      'about:blank',
      'app://watchbook/index.html',
      'data:text/html,x',
      'https://example.org',
    ])
      expect(mayNavigate(url, false), url).toBe(false);
  });
});

describe('what our schemes serve', () => {
  it.each([
    '/../package.json',
    '/..%2fpackage.json',
    '/assets/%2e%2e/x.js',
    '/assets//x.js',
    '/assets/../../main/main.cjs',
    '/a\\b.js',
    '/.env',
    '/assets/.hidden.js',
    '/main.cjs',
    '/x.html%00.js',
  ])('does not serve %s', (path) => {
    expect(servedFile(path, 'index.html')).toBeNull();
  });

  it('serves plain names of known kinds', () => {
    expect(servedFile('/', 'index.html')).toEqual({ path: 'index.html', type: 'text/html; charset=utf-8' });
    expect(servedFile('/assets/index-1a.js', 'index.html')?.type).toBe('text/javascript; charset=utf-8');
  });
});

describe('content policies', () => {
  it('give our page no inline script, no eval and no network', () => {
    const policy = appContentPolicy('abc');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(policy).not.toMatch(/https?:/);
    expect(policy).toContain("connect-src 'self'");
  });

  it('give frames no network and no way out, and scripts of the content to live ones only', () => {
    for (const policy of Object.values(FRAME_CONTENT_POLICIES)) {
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("connect-src 'none'");
      expect(policy).toContain("frame-src 'none'");
      expect(policy).toContain("form-action 'none'");
      expect(policy).not.toMatch(/https?:|unsafe-eval|\*/);
    }
    expect(FRAME_CONTENT_POLICIES.still).not.toMatch(/script-src[^;]*unsafe/);
    expect(FRAME_CONTENT_POLICIES.code).not.toMatch(/script-src[^;]*unsafe/);
    expect(FRAME_CONTENT_POLICIES.live).toMatch(/script-src[^;]*'unsafe-inline'/);
    expect(FRAME_SANDBOX).toBe('allow-scripts');
  });
});

describe('files', () => {
  it('takes words of a command line as paths, never as options or addresses', () => {
    expect(
      givenFiles(
        ['--no-sandbox', '-x', '', 'a.ipynb', '/b c.ipynb', 'https://x/y.ipynb', 'file://host/z', 'a\0b'],
        '/w',
      ),
    ).toEqual(['/w/a.ipynb', '/b c.ipynb']);
    // A desktop that also gives links names files by their addresses; those of other machines are none.
    const addresses = ['file:///b%20c.ipynb', 'file:///a%2Fb', 'file:///%00', 'FILE:////host/z'];
    expect(givenFiles(addresses, '/w')).toEqual(['/b c.ipynb']);
    expect(
      givenFiles(
        Array.from({ length: 500 }, (_, at) => `${at}.ipynb`),
        '/w',
      ),
    ).toHaveLength(20);
  });

  it('lets a window write where a person picked the place, and nowhere else', () => {
    const save = (method: string, params: unknown) => () =>
      checkGrantedPath({ method, params } as never, new Set(['/home/mara/a.ipynb']));
    expect(save('notebook.save', { document: 'd' })).not.toThrow();
    expect(save('notebook.save', { document: 'd', path: '/home/mara/a.ipynb' })).not.toThrow();
    for (const method of ['notebook.save', 'notebook.saveOutput', 'library.create']) {
      expect(save(method, { path: '/home/mara/.bashrc' }), method).toThrow(/not picked/);
      expect(save(method, { path: '/home/mara/a.ipynb/../.bashrc' }), method).toThrow(/not picked/);
      expect(save(method, { path: ['/home/mara/a.ipynb'] }), method).toThrow(/not picked/);
    }
  });
});
