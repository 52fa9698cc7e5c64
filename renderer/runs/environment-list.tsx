import { ArrowDown, ArrowUp, Plus } from 'lucide-react';
import type { JSX } from 'react';
import type { Json } from '../../shared/rpc/contract';
import type { Environment } from '../../shared/runs/environments/library-config';
import { valueAt } from '../../shared/runs/environments/draft';
import { EnvBadge } from './env-badge';
import { change, environmentsStore, setValue } from './environments-store';
import type { RulesDraft } from './rules-draft';

/** The environments in their order, lowest first: which one is chosen, and where each stands. */
export function EnvironmentList(props: {
  readonly draft: RulesDraft;
  readonly selected: number;
  readonly isLocked: boolean;
}): JSX.Element {
  const { draft, selected, isLocked } = props;
  const { environments } = draft.config;
  const listed = valueAt(draft.value, ['environments']);
  const count = Array.isArray(listed) ? listed.length : environments.length;
  const choose = (index: number): void => environmentsStore.setState({ selected: index });
  const move = (from: number, by: 1 | -1): void => {
    const to = from + by;
    if (isLocked || to < 0 || to >= count) return;
    change({ kind: 'move', path: ['environments'], from, to });
    choose(to);
  };
  return (
    <div className="rules-list">
      <div className="facts" role="listbox" aria-label="Environments, lowest first">
        {environments.map((environment, index) => (
          <Line
            // Two of one name are a mistake that has to be shown.
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            environment={environment}
            isSelected={index === selected}
            onChoose={() => choose(index)}
            onStep={(by) => choose(Math.min(count - 1, Math.max(0, index + by)))}
            onMove={(by) => move(index, by)}
          />
        ))}
      </div>
      <div className="rules-list-tools">
        <button
          type="button"
          className="btn btn-quiet"
          disabled={isLocked}
          onClick={() => {
            const added: Json = { name: freeName(environments), colour: 'slate', guard: 'confirm' };
            setValue(['environments', count], added);
            choose(count);
          }}
        >
          <Plus className="icon" aria-hidden="true" />
          Add environment
        </button>
        <span className="grow" />
        <button
          type="button"
          className="tool"
          aria-label="Move up"
          title="Move up, to the lower ones (Alt ↑)"
          disabled={isLocked || selected === 0}
          onClick={() => move(selected, -1)}
        >
          <ArrowUp className="icon" aria-hidden="true" />
        </button>
        <button
          type="button"
          className="tool"
          aria-label="Move down"
          title="Move down, to the higher ones (Alt ↓)"
          disabled={isLocked || selected >= count - 1}
          onClick={() => move(selected, 1)}
        >
          <ArrowDown className="icon" aria-hidden="true" />
        </button>
      </div>
      <p className="rules-hint">
        Their order counts: below the first strict one, runs are rehearsals unless it says otherwise.
      </p>
    </div>
  );
}

function Line(props: {
  readonly environment: Environment;
  readonly isSelected: boolean;
  readonly onChoose: () => void;
  readonly onStep: (by: 1 | -1) => void;
  readonly onMove: (by: 1 | -1) => void;
}): JSX.Element {
  const { environment, isSelected, onChoose, onStep, onMove } = props;
  const { name, description, guard } = environment;
  return (
    <div
      className="facts-row rules-line"
      role="option"
      aria-selected={isSelected}
      tabIndex={isSelected ? 0 : -1}
      ref={(element) => {
        // The focus goes along with the choice, and never comes here from elsewhere.
        if (isSelected && element?.parentElement?.contains(document.activeElement) === true) element.focus();
      }}
      onClick={onChoose}
      onKeyDown={(event) => {
        const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : null;
        if (by === null || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        if (event.altKey) onMove(by);
        else onStep(by);
      }}
    >
      <EnvBadge environment={name === '' ? { ...environment, name: 'no name' } : environment} />
      <span className="cut secondary">{description}</span>
      <span className="who">{guard}</span>
    </div>
  );
}

function freeName(environments: readonly Environment[]): string {
  const taken = new Set(environments.map(({ name }) => name.toLowerCase()));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'new' : `new-${number}`;
    if (!taken.has(name)) return name;
  }
}
