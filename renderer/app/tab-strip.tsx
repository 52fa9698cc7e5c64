import { ContextMenu } from '@base-ui/react/context-menu';
import {
  Cpu,
  FileText,
  History,
  Library,
  NotebookText,
  Play,
  Plus,
  Search,
  Settings,
  ShieldAlert,
  X,
  type LucideIcon,
} from 'lucide-react';
import {
  useEffect,
  useMemo,
  useRef,
  useState,
  type DragEvent,
  type JSX,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import { useStore } from 'zustand';
import type { PageKind } from '../../shared/rpc/desktop-contract';
import { fileName } from '../notebook/file-name';
import { useTooltip } from '../notebook/keys-in-use';
import { colourSet } from '../runs/environment';
import { useEnvironment } from '../runs/use-environment';
import { MenuLines } from '../ui/drop-down';
import { tabMenu } from './tab-menu';
import { tabsOfHalf } from './tab-halves';
import { pathOf, type Tab } from './tabs';
import { useWindow } from './window-context';
import { focusActiveCell } from '../notebook/focus-cell';

const PAGES: Readonly<Record<PageKind, { readonly title: string; readonly Icon: LucideIcon }>> = {
  welcome: { title: 'Welcome', Icon: Library },
  kernels: { title: 'Kernels', Icon: Cpu },
  settings: { title: 'Settings', Icon: Settings },
  search: { title: 'Search', Icon: Search },
  runs: { title: 'Runs', Icon: History },
  environments: { title: 'Environments', Icon: ShieldAlert },
};

/** What a tab that is drawn carries: nothing that another program could take. */
const DRAGGED = 'application/x-watchbook-tab';

/** Which of two halves; null for a window that is not split. */
export type Half = 'first' | 'second' | null;

/** The tabs of the window, or of one half of it. */
export function TabStrip(props: { readonly half: Half }): JSX.Element {
  const { half } = props;
  const { actions, tabs } = useWindow();
  const tooltip = useTooltip();
  const model = useStore(tabs.store);
  const strip = useMemo(() => tabsOfHalf(model, half !== 'second'), [model, half]);
  const isShown = ({ id }: Tab): boolean => id === model.active || id === model.beside?.id;
  const box = useRef<HTMLDivElement>(null);
  const shown = strip.find(isShown)?.id ?? null;
  useShownInView(box, shown, strip.length);
  const nameOf = (index: number): string => `tab-${half ?? 'only'}-${index}`;
  return (
    <div className="strip-of-tabs" data-half={half ?? undefined}>
      {/* A list of tabs holds tabs alone; their close buttons stand beside them, where they are seen. */}
      <div
        role="tablist"
        aria-label={half === null ? 'Open documents' : `Open documents, ${half} of two`}
        aria-owns={strip.map((_, index) => nameOf(index)).join(' ')}
      />
      <div
        ref={box}
        className="tabs"
        onWheel={(event) => {
          // A wheel turns up and down; a strip has no other way to go than along.
          if (event.deltaX === 0) event.currentTarget.scrollLeft += event.deltaY;
        }}
      >
        {strip.map((tab, index) => (
          <TabItem
            key={tab.id}
            name={nameOf(index)}
            tab={tab}
            isShown={isShown(tab)}
            onClose={() => void actions.closeTab(tab)}
          />
        ))}
      </div>
      <button
        type="button"
        className="tab-new"
        aria-label="Open a notebook"
        title={tooltip('Open a notebook', 'open')}
        onClick={() => void actions.openNotebook()}
      >
        <Plus className="icon icon-s" aria-hidden="true" />
      </button>
      {half !== null && <Rest last={strip.at(-1) ?? null} />}
    </div>
  );
}

/** Keeps the tab that is shown wholly in view, also as the window, its zoom or a name changes. */
function useShownInView(box: RefObject<HTMLDivElement | null>, shown: string | null, count: number): void {
  useEffect(() => {
    const strip = box.current;
    if (strip === null) return undefined;
    const show = (): void =>
      strip
        .querySelector('[aria-selected="true"]')
        ?.parentElement?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    show();
    const sizes = new ResizeObserver(show);
    sizes.observe(strip);
    for (const tab of strip.children) sizes.observe(tab);
    return () => sizes.disconnect();
  }, [box, shown, count]);
}

/** The room after the last tab of a half, where a tab can be put down too. */
function Rest(props: { readonly last: Tab | null }): JSX.Element {
  const drop = useDrop(props.last);
  return <span className="tabs-rest grow" data-drop={drop.at ?? undefined} {...drop.handlers} />;
}

interface Drop {
  readonly at: 'before' | 'after' | null;
  readonly handlers: {
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: () => void;
    readonly onDrop: (event: DragEvent) => void;
  };
}

/** Takes a tab that is drawn here; `where` tells from the pointer on which side of this tab it comes to stand. */
function useDrop(onto: Tab | null, where: (event: DragEvent) => 'before' | 'after' = () => 'after'): Drop {
  const { tabs } = useWindow();
  const [at, setAt] = useState<Drop['at']>(null);
  return {
    at,
    handlers: {
      onDragOver: (event) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'move';
        setAt(where(event));
      },
      onDragLeave: () => setAt(null),
      onDrop: (event) => {
        setAt(null);
        const id = event.dataTransfer.getData(DRAGGED);
        if (id === '' || onto === null) return;
        event.preventDefault();
        tabs.place(id, { id: onto.id, isAfter: where(event) === 'after' });
      },
    },
  };
}

function TabItem(props: {
  readonly name: string;
  readonly tab: Tab;
  readonly isShown: boolean;
  readonly onClose: () => void;
}): JSX.Element {
  const { tab, isShown } = props;
  const context = useWindow();
  const { tabs } = context;
  const drop = useDrop(tab, (event) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return event.clientX < left + width / 2 ? 'before' : 'after';
  });
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger
        render={
          <div
            className="tab"
            data-active={isShown ? '' : undefined}
            data-drop={drop.at ?? undefined}
            draggable
            onDragStart={(event) => {
              event.dataTransfer.setData(DRAGGED, tab.id);
              event.dataTransfer.effectAllowed = 'move';
            }}
            {...drop.handlers}
          />
        }
      >
        <button
          id={props.name}
          type="button"
          role="tab"
          aria-selected={isShown}
          tabIndex={isShown ? 0 : -1}
          className="tab-label"
          onClick={(event) => {
            tabs.activate(tab.id);
            // Whoever points at a tab goes on in what it shows; along the tabs by keys the focus stays there.
            if (event.detail > 0) setTimeout(focusActiveCell, 0);
          }}
          onKeyDown={(event) => goAlong(event, tabs.step)}
          onAuxClick={(event) => event.button === 1 && props.onClose()}
        >
          <TabName tab={tab} />
        </button>
        <TabEnd tab={tab} onClose={props.onClose} />
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="menu-place">
          <ContextMenu.Popup className="menu">
            <MenuLines groups={tabMenu(tab, context)} />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

/** The arrows go along the strip, and the focus goes with them. */
function goAlong(event: KeyboardEvent<HTMLElement>, step: (by: 1 | -1) => void): void {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : null;
  if (by === null) return;
  event.preventDefault();
  const strip = event.currentTarget.closest('.tabs');
  step(by);
  // The tab that is shown now; the others take no focus.
  setTimeout(() => strip?.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus());
}

function TabName(props: { readonly tab: Tab }): JSX.Element {
  const { tab } = props;
  switch (tab.kind) {
    case 'notebook':
      return (
        <>
          <NotebookText className="icon icon-s" aria-hidden="true" />
          <DocumentName tab={tab} />
        </>
      );
    case 'run':
      return (
        <>
          <Play className="icon icon-s" aria-hidden="true" />
          <RunName tab={tab} />
        </>
      );
    case 'text':
      return (
        <>
          <FileText className="icon icon-s" aria-hidden="true" />
          <span className="cut" title={tab.path}>
            {fileName(tab.path)}
          </span>
        </>
      );
    default: {
      const { title, Icon } = PAGES[tab.kind];
      return (
        <>
          <Icon className="icon icon-s" aria-hidden="true" />
          <span className="cut">{title}</span>
        </>
      );
    }
  }
}

type NotebookTab = Extract<Tab, { kind: 'notebook' }>;

function DocumentName(props: { readonly tab: NotebookTab }): JSX.Element {
  const { open } = props.tab;
  const path = useStore(open.store, (model) => model.state?.path ?? open.path);
  return (
    <span className="cut" title={path}>
      {pathOf(open).split(/[\\/]/).at(-1)}
    </span>
  );
}

type RunTab = Extract<Tab, { kind: 'run' }>;

/** The title of a run, and its environment in words. */
function RunName(props: { readonly tab: RunTab }): JSX.Element {
  const { run } = props.tab;
  const title = useStore(run.store, ({ view }) => view?.details.title ?? 'Run');
  const environment = useEnvironment(run);
  return (
    <>
      <span className="cut" title={title}>
        {title}
      </span>
      {environment !== null && (
        <span className="tab-env" data-env={colourSet(environment)}>
          {environment.name}
        </span>
      )}
    </>
  );
}

function TabEnd(props: { readonly tab: Tab; readonly onClose: () => void }): JSX.Element {
  const { tab, onClose } = props;
  return tab.kind === 'notebook' ? (
    <NotebookTabEnd tab={tab} onClose={onClose} />
  ) : (
    <CloseTab isUnsaved={false} onClose={onClose} />
  );
}

function NotebookTabEnd(props: { readonly tab: NotebookTab; readonly onClose: () => void }): JSX.Element {
  const isUnsaved = useStore(
    props.tab.open.store,
    (model) => (model.state?.unsavedEdits ?? false) || model.unacknowledged > 0,
  );
  return <CloseTab isUnsaved={isUnsaved} onClose={props.onClose} />;
}

function CloseTab(props: { readonly isUnsaved: boolean; readonly onClose: () => void }): JSX.Element {
  const { isUnsaved, onClose } = props;
  const tooltip = useTooltip();
  return (
    <span className={isUnsaved ? 'tab-end is-unsaved' : 'tab-end'}>
      <button
        type="button"
        className="tab-close"
        aria-label="Close the tab"
        title={tooltip('Close', 'close-tab')}
        tabIndex={-1}
        onClick={onClose}
      >
        <X className="icon icon-s" aria-hidden="true" />
      </button>
      {isUnsaved && <span className="tab-unsaved" role="img" aria-label="not saved" title="Not saved" />}
    </span>
  );
}
