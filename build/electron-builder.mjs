// What electron-builder is told: what goes into a package, how its program is sealed, and what is made of it.

/** Sealed against code that is not in the archive. The engine and the command line run in the same program as Node. */
const FUSES = {
  runAsNode: true,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  grantFileProtocolExtraPrivileges: false,
};

/** What lies in the packages of native modules and is of no use where they run. */
const NOT_NEEDED = [
  '!**/*.{md,map,ts,mts,cts,flow,tsbuildinfo,gypi,gyp,h,hpp,c,cc,mm,sh,bash}',
  '!node_modules/node-addon-api/**',
  '!node_modules/zeromq/{node_modules,src,script}/**',
  '!node_modules/zeromq/{CMakeLists.txt,vcpkg.json,tsconfig.json,.mocharc.js}',
  '!node_modules/cmake-ts/src/**',
  '!node_modules/cmake-ts/tsconfig.json',
  '!node_modules/cmake-ts/build/!(loader.js)',
  '!node_modules/cmake-ts/build/{deps,nodeAPIInclude,utils}/**',
  '!node_modules/@parcel/watcher/{src,scripts,binding.gyp}',
];

/** Builds of zeromq for other systems, for musl (no Electron is), and for Nodes older than any Electron here. */
function foreignBuilds(platform, arch) {
  const others = (all, own) => all.filter((name) => name !== own).join(',');
  return [
    `!node_modules/zeromq/build/{${others(['darwin', 'linux', 'win32'], platform)}}/**`,
    `!node_modules/zeromq/build/${platform}/{${others(['x64', 'arm64', 'ia32'], arch)}}/**`,
    '!node_modules/zeromq/build/*/*/node/{musl-*,*-72-*,[0-9]*}/**',
  ];
}

/**
 * The configuration for one platform.
 *
 * `product` and `version` name the result; `bundles` is the folder of the built bundles, `hooks` that of the scripts
 * which a Debian package runs; `runtime` is the Electron that is packed.
 */
export function packageConfiguration({ product, version, bundles, hooks, runtime, output, platform, arch }) {
  return {
    appId: 'org.watchbook.desktop',
    productName: product,
    copyright: 'The Watchbook authors',
    electronVersion: runtime.version,
    electronDist: runtime.folder,
    electronLanguages: ['en-US'],
    electronFuses: FUSES,
    npmRebuild: false,
    publish: null,
    directories: { output, buildResources: 'assets/icons' },
    // A Debian package must name a page; there is none yet, and this domain never can be one.
    extraMetadata: {
      version,
      productName: product,
      desktopName: 'watchbook.desktop',
      homepage: 'https://watchbook.invalid/',
    },
    files: [
      'package.json',
      'assets/runbooks/*.ipynb',
      'assets/runbooks/watchbook.json',
      ...NOT_NEEDED,
      ...foreignBuilds(platform, arch),
      { from: bundles, to: 'out' },
    ],
    asar: { smartUnpack: false },
    asarUnpack: ['**/*.node'],
    fileAssociations: [{ ext: 'ipynb', name: 'Jupyter notebook', role: 'Editor' }],
    protocols: [{ name: 'Watchbook runbook', schemes: ['watchbook'], role: 'Viewer' }],
    linux: {
      target: ['AppImage', 'deb'],
      executableName: 'watchbook',
      // Addresses, since links come this way too; those of files are taken as their paths.
      executableArgs: ['%U'],
      category: 'Development',
      icon: 'assets/icons',
      maintainer: 'The Watchbook authors <authors@watchbook.invalid>',
      mimeTypes: ['application/x-ipynb+json'],
      syncDesktopName: true,
      extraResources: [{ from: 'build/launcher/watchbook', to: 'bin/watchbook' }],
    },
    deb: { afterInstall: `${hooks}/after-install`, afterRemove: `${hooks}/after-remove` },
    mac: {
      target: ['dmg'],
      icon: 'assets/icons/1024x1024.png',
      category: 'public.app-category.developer-tools',
      hardenedRuntime: true,
      extraResources: [{ from: 'build/launcher/watchbook', to: 'bin/watchbook' }],
    },
    win: {
      target: ['nsis'],
      executableName: 'watchbook',
      icon: 'assets/icons/512x512.png',
      extraResources: [{ from: 'build/launcher/watchbook.cmd', to: 'bin/watchbook.cmd' }],
    },
    nsis: { oneClick: true, perMachine: false },
  };
}
