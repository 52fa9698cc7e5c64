import { payload, type Beacons } from './canary';

/** Group 1 and 3: markup that runs, loads, posts or covers. `P` stands for the payload, `U` for an address of ours. */
export const MARKUP: Readonly<Record<string, string>> = {
  script: '<script>P</script>',
  scriptSrc: '<script src="U.js"></script>',
  module: '<script type="module">P</script>',
  imgOnerror: '<img src=x onerror="P">',
  imgSrc: '<img src="U.png">',
  imgSet: '<img srcset="U-set.png 1x, U-set2.png 2x" sizes="1px">',
  picture: '<picture><source srcset="U-source.png"><img src="U-img.png"></picture>',
  svgOnload: '<svg onload="P"><circle r=1 /></svg>',
  svgScript: '<svg><script>P</script></svg>',
  svgUse: '<svg><use href="U.svg#a"></use><image href="U-image.png"/><feImage href="U-fe.png"/></svg>',
  svgAnimate:
    '<svg><a><animate attributeName=href values="javascript:P" /><text x=20 y=20>x</text></a></svg>',
  mathMutation:
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=P&gt;">',
  mathMaction: '<math><maction actiontype="statusline#http://x" href="javascript:P">x</maction></math>',
  noscript: '<noscript><p title="</noscript><img src=x onerror=P>">',
  template: '<template><img src=x onerror="P"></template>',
  declarativeShadow:
    '<div><template shadowrootmode="open"><img src=x onerror="P"><link rel=stylesheet href="U-shadow.css"></template></div>',
  textarea: '<textarea><img title="</textarea><img src=x onerror=P>">',
  select: '<select><iframe></select><img src=x onerror="P">',
  iframeSrcdoc: '<iframe srcdoc="<script>P</script>"></iframe>',
  iframeSrc: '<iframe src="U.html"></iframe>',
  iframeScript: '<iframe src="javascript:P"></iframe>',
  iframeApp: '<iframe src="app://watchbook/index.html"></iframe>',
  object: '<object data="U.html" type="text/html"></object>',
  embed: '<embed src="U.html">',
  base: '<base href="http://HOST/"><a href="relative">x</a><img src="relative.png">',
  refresh: '<meta http-equiv="refresh" content="0;url=U.html">',
  policy: '<meta http-equiv="Content-Security-Policy" content="default-src *">',
  linkCss: '<link rel="stylesheet" href="U.css">',
  linkImport: '<link rel="import" href="U.html">',
  linkPreload:
    '<link rel="preload" as="image" href="U-pre.png"><link rel="dns-prefetch" href="http://HOST"><link rel="prefetch" href="U-fetch.png">',
  styleGlobal: '<style>body{display:none!important}*{position:fixed}</style>',
  styleImport:
    '<style>@import url("U-import.css");@font-face{font-family:x;src:url("U-font.woff")}p{background:url("U-bg.png");font-family:x}</style>',
  styleAttribute: '<div style="position:fixed;inset:0;z-index:99999;background:url(U-attr.png)">covers</div>',
  fixed:
    '<div class="dialog overlay nb-button" style="position:fixed;top:0;left:0;width:100vw;height:100vh">covers</div>',
  popover: '<div popover id="pop">x</div><button popovertarget="pop" popovertargetaction="show">x</button>',
  dialog: '<dialog open style="position:fixed">x</dialog>',
  form: '<form action="U.html"><input name=a autofocus onfocus="P"><button formaction="javascript:P">Run</button></form>',
  formId: '<form id="f" action="U.html"></form><button form="f" type="submit">Run</button>',
  autofocus: '<input autofocus onfocus="P"><select autofocus onfocus="P"></select>',
  contenteditable: '<div contenteditable tabindex=1 onfocus="P" autofocus>x</div>',
  details: '<details open ontoggle="P">x</details>',
  media:
    '<video src="U.mp4" poster="U-poster.png" onerror="P" autoplay></video><audio src="U.mp3" onerror="P"></audio>',
  marquee: '<marquee onstart="P">x</marquee>',
  commands:
    '<a data-commandlinker-command="notebook:run" data-commandlinker-args="{}" data-action="run" href="#">x</a><div data-cell="c1" data-state="done" role="button" aria-label="Run" commandfor="x" command="show-modal">x</div>',
  ping: '<a href="https://example.org/" ping="U-ping" target="_blank" download="x.exe">x</a>',
  lowsrc:
    '<table background="U-table.png"><td background="U-td.png">x</table><img lowsrc="U-low.png" dynsrc="U-dyn.png">',
  cssVars: '<p style="--x:url(U-var.png);background:var(--x)">x</p>',
  xmlns:
    '<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:P"></iframe></foreignObject></svg>',
  frameset: '<frameset><frame src="U.html" onload="P"></frameset>',
  spaces: `# x${' '.repeat(300_000)}y`,
  brackets: `# ${'['.repeat(100_000)}`,
  nested: `${'<div>'.repeat(600)}<img src=x onerror="P">`,
  nullByte: '<scr\u0000ipt>P</script><img/src="x"/onerror="P">',
  comment: '<!--><img src=x onerror=P>--><![CDATA[><img src=x onerror=P>]]>',
  portal:
    '<portal src="U.html"></portal><fencedframe src="U.html"></fencedframe><frameset><frame src="U.html"></frameset>',
  markdownImage: '![x](U-md.png "t") ![y](javascript:P) ![z](data:text/html;base64,PHNjcmlwdD4x)',
  reference: '[x]: javascript:P\n\n[x] ![x]',
  autolink: '<javascript:P> <http://HOST/auto>',
  fence: '```html\n<img src=x onerror="P">\n```\n~~~"><img src=x onerror="P">\n~~~',
  heading: '# <img src=x onerror="P"> [x](javascript:P)',
  footnote: 'a[^1]\n\n[^1]: <img src=x onerror="P">',
  table: '| <img src=x onerror="P"> | b |\n| :-- | --: |\n| <script>P</script> | x |',
};

/** Puts payloads and addresses of ours, by which it is known again, into markup. */
export const fill = (text: string, beacons: Beacons, name: string): string =>
  text
    .replaceAll('P', () => payload(beacons, name).replaceAll('"', '&quot;'))
    .replaceAll(/\bU(?=[-.])/g, () => beacons.url(name))
    .replaceAll('HOST', beacons.host);
