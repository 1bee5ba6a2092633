import { useEffect, useMemo, useState } from 'preact/hooks';
import { Canvas } from './canvas.tsx';
import { edgeGroups } from './edge-looks.ts';
import { Edges } from './edges.tsx';
import { layOutApart } from './finally-apart.ts';
import { FinallyBox } from './finally-box.tsx';
import { FONTS, fittedText, textWidth } from './fitted-text.ts';
import type { GraphTask } from './graph-task.ts';
import { Joins } from './joins.tsx';
import { NODE_HEIGHT, NODE_PADDING } from './layout.ts';
import { dependentsOf, isArrow, move } from './moves.ts';
import { CONDITION_HEIGHT, MARK_WIDTH, TaskNode } from './task-node.tsx';

const NODE_WIDTH = { least: 190, most: 220 };

/** The tasks of a job and their dependencies, as a listbox: arrow keys move the active option and Enter selects it. */
export function Graph(props: {
  readonly tasks: readonly GraphTask[];
  /** The names that match the search; undefined without a search. */
  readonly matches: ReadonlySet<string> | undefined;
  readonly selected: string | undefined;
  readonly onSelect: (name: string) => void;
}) {
  const { tasks, matches, selected, onSelect } = props;
  // Dependencies don't change, so the number of tasks identifies the graph's shape.
  const shape = useMemo(() => shapeOf(tasks), [tasks.length]);
  const { layout, labels, conditions, descriptions, dependents, nodes } = shape;
  const [cursor, setCursor] = useState(selected);
  useEffect(() => setCursor(selected), [selected]);
  const active = cursor !== undefined && layout.places.has(cursor) ? cursor : layout.rows[0]?.[0];

  const neighbours = useMemo(() => neighboursOf(selected, shape), [selected, shape]);
  const skippedNames = tasks.filter(({ state }) => state === 'skipped').map(({ name }) => name);
  const skipped = useMemo(() => new Set(skippedNames), [skippedNames.join('\n')]);
  const plain = useMemo(() => edgeGroups(layout.edges, skipped, 'plain'), [layout, skipped]);
  const marked = useMemo(() => {
    const edges = layout.edges.filter(({ from, to }) => from === selected || to === selected);
    return edgeGroups(edges, skipped, 'marked');
  }, [selected, layout, skipped]);
  const shown = useMemo(() => {
    const place = cursor === undefined ? undefined : layout.places.get(cursor);
    return place && { ...place, width: layout.nodeWidth, height: layout.nodeHeight };
  }, [cursor, layout]);

  const onKeyDown = (event: KeyboardEvent) => {
    const node = active === undefined ? undefined : nodes.get(active);
    if (node === undefined) {
      return;
    }
    if (isArrow(event.key)) {
      setCursor(move(event.key, node.name, layout, dependents, node));
    } else if (event.key === 'Enter' || event.key === ' ') {
      onSelect(node.name);
    } else {
      return;
    }
    event.preventDefault();
  };
  const roleOf = (name: string) => {
    if (name === selected) {
      return 'selected';
    }
    if (matches !== undefined && !matches.has(name)) {
      return 'dimmed';
    }
    return neighbours.has(name) ? 'neighbour' : 'other';
  };

  return (
    <Canvas
      size={layout}
      shown={shown}
      drawing={{
        role: 'listbox',
        tabindex: 0,
        'aria-label': 'Tasks and their dependencies',
        'aria-activedescendant': active === undefined ? undefined : idOf(shape.numbers.get(active)),
        onKeyDown,
      }}
    >
      {layout.box !== undefined && <FinallyBox box={layout.box} />}
      {[...plain, ...marked].map(({ look, edges }) => (
        <Edges key={look} edges={edges} look={look} />
      ))}
      <Joins joins={layout.joins} skipped={skipped} />
      {tasks.map(({ name, state, note, isOptional, hasUndo }, index) => (
        <TaskNode
          key={name}
          id={idOf(index)}
          name={name}
          label={labels[index] ?? name}
          condition={conditions[index]}
          state={state}
          note={note}
          description={descriptions[index] ?? ''}
          isOptional={isOptional}
          hasUndo={hasUndo}
          x={layout.places.get(name)?.x ?? 0}
          y={layout.places.get(name)?.y ?? 0}
          width={layout.nodeWidth}
          height={layout.nodeHeight}
          role={roleOf(name)}
          isCursor={name === active}
          onSelect={onSelect}
        />
      ))}
    </Canvas>
  );
}

const idOf = (index: number | undefined): string => `task-${index}`;

function shapeOf(tasks: readonly GraphTask[]) {
  const longest = Math.max(0, ...tasks.map(({ name, hasUndo }) => textWidth(name, FONTS.name) + (hasUndo ? MARK_WIDTH : 0)));
  const isConditional = tasks.some(({ condition }) => condition !== undefined);
  const nodeWidth = Math.round(Math.min(NODE_WIDTH.most, Math.max(NODE_WIDTH.least, longest + 2 * NODE_PADDING)));
  return {
    layout: layOutApart(tasks, nodeWidth, NODE_HEIGHT + (isConditional ? CONDITION_HEIGHT : 0)),
    labels: tasks.map(({ name, hasUndo }) =>
      fittedText(name, nodeWidth - 2 * NODE_PADDING - (hasUndo ? MARK_WIDTH : 0), FONTS.name),
    ),
    conditions: tasks.map(({ condition }) => condition && fittedText(condition, nodeWidth - 2 * NODE_PADDING, FONTS.state)),
    descriptions: tasks.map(descriptionOf),
    dependents: dependentsOf(tasks),
    nodes: new Map(tasks.map((task) => [task.name, task])),
    numbers: new Map(tasks.map(({ name }, index) => [name, index])),
  };
}

/** It starts with the condition, which is shown after the state. */
function descriptionOf({ dependencies, condition, requirements, isFinally, hasUndo }: GraphTask): string {
  const named = requirements.filter(({ tasks }) => tasks.length > 0).map(({ text, tasks }) => `${text} ${tasks.join(', ')}`);
  const first = isFinally ? 'Runs after everything else' : 'No dependencies';
  const sentences = [condition, ...(dependencies.length === 0 ? [first] : named), hasUndo ? 'Can be undone' : undefined];
  return sentences.filter((one) => one !== undefined).join('. ');
}

function neighboursOf(name: string | undefined, { nodes, dependents }: ReturnType<typeof shapeOf>): Set<string> {
  return name === undefined ? new Set() : new Set([...(nodes.get(name)?.dependencies ?? []), ...(dependents.get(name) ?? [])]);
}
