import { Menu } from '@base-ui/react/menu';
import { Check, ChevronDown } from 'lucide-react';
import type { JSX } from 'react';
import { useStore } from 'zustand';
import { useNotebook } from '../notebook/document-context';
import { useTooltip } from '../notebook/keys-in-use';
import { EnvBadge } from './env-badge';
import { colourSet } from './environment';
import { openChooser, useTrying } from './trying-store';
import './environment-chooser.css';

/** In the bar of a runbook: the environment that its cells are tried in. Absent where the library has none. */
export function EnvironmentChooser(): JSX.Element | null {
  const { open } = useNotebook();
  const trying = useTrying(open);
  const tooltip = useTooltip();
  const isOpen = useStore(openChooser, (wish) => wish.open === open);
  if (trying === null || trying.environments.length === 0) return null;
  const chosen = trying.environments.find(({ name }) => name === trying.chosen) ?? null;
  const name = chosen?.name ?? 'none';
  const choose = (environment: string): void => {
    const runbook = open.store.getState().state?.path ?? open.path;
    open.engine.request('runs.tryIn', { runbook, environment }).catch((error: unknown) => open.say(error));
  };
  return (
    <Menu.Root open={isOpen} onOpenChange={(isNow) => openChooser.setState({ open: isNow ? open : null })}>
      <Menu.Trigger
        className="env-chooser"
        data-env={chosen === null ? undefined : colourSet(chosen)}
        aria-label={`Cells are tried in ${name}`}
        title={tooltip('The environment that cells are tried in', 'choose-environment')}
      >
        <span className="small muted hide-narrow">tried in</span>{' '}
        <span className="env-chooser-name cut">{name}</span>
        <ChevronDown className="icon icon-s" aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="menu-place" align="start" sideOffset={4}>
          <Menu.Popup className="menu env-chooser-menu">
            <Menu.RadioGroup value={trying.chosen ?? ''} onValueChange={choose}>
              {trying.environments.map((environment) => {
                const isStrict = environment.guard === 'strict';
                return (
                  <Menu.RadioItem
                    key={environment.name}
                    value={environment.name}
                    className="menu-item env-chooser-item"
                    disabled={isStrict}
                    closeOnClick
                  >
                    <Check className="icon icon-s env-chooser-check" aria-hidden="true" />
                    <EnvBadge environment={environment} isQuiet />
                    <span className="cut grow">{environment.description}</span>
                    <span className="menu-keys">
                      {isStrict ? 'strict: by a run only' : GUARD[environment.guard]}
                    </span>
                  </Menu.RadioItem>
                );
              })}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

const GUARD = { none: '', confirm: 'asks first', strict: '' } as const;
