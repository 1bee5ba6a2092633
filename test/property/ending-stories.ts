import fc from 'fast-check';
import type { JobEnding, TaskDefinition, UndoExecution } from 'tintype';
import type { SteppedClock } from '../helpers/simulated-time.ts';
import {
  type BranchProcess,
  type BranchStory,
  type BranchTask,
  branchStories,
  branchTasks,
  type Calls,
  definitions,
  RETRIES,
  type Values,
} from './branch-stories.ts';

export type Undo = 'none' | 'works' | 'retries' | 'fails';

/** A random job with undos and finally tasks. */
export interface EndingStory extends BranchStory {
  readonly undo: Readonly<Record<string, Undo>>;
  /** At which ends tasks are undone. */
  readonly undoneEnds: readonly ('failed' | 'cancelled')[] | false | undefined;
  /** Defined after all other tasks. */
  readonly finals: readonly BranchTask[];
}

const undos = fc.constantFrom<Undo[]>('none', 'works', 'works', 'retries', 'fails');

export const endingStories: fc.Arbitrary<EndingStory> = fc
  .record({
    story: branchStories,
    undo: fc.array(undos, { minLength: 8, maxLength: 8 }),
    undoneEnds: fc.constantFrom(undefined, undefined, undefined, undefined, false, ['failed'], ['cancelled']),
    finals: fc.oneof(fc.constant([]), branchTasks('f', 1, 3)),
  })
  .map(({ story, undo, undoneEnds, finals }) => ({
    ...story,
    undo: Object.fromEntries(story.tasks.map(({ name }, index) => [name, undo[index] as Undo])),
    undoneEnds: undoneEnds as EndingStory['undoneEnds'],
    finals,
  }));

/** What the undo of a task was called with. */
export type UndoCall = readonly [task: string, seen: Values, execution: UndoExecution];

/** A call begins or ends. */
export interface Beat {
  readonly kind: 'task' | 'undo' | 'final';
  readonly task: string;
  readonly attempt: number;
  readonly isStart: boolean;
}

export interface EndingCalls extends Calls {
  onUndo(...call: UndoCall): void;
  onFinal(ending: JobEnding): void;
  onBeat(beat: Beat): void;
}

/** The tasks as a process has them. */
export function endingDefinitions(
  story: EndingStory,
  process: BranchProcess,
  clock: SteppedClock,
  calls: EndingCalls,
): TaskDefinition[] {
  const during = async <T>(
    kind: Beat['kind'],
    { task, attempt }: Pick<Beat, 'task' | 'attempt'>,
    work: () => T,
  ): Promise<Awaited<T>> => {
    calls.onBeat({ kind, task, attempt, isStart: true });
    try {
      return await work();
    } finally {
      calls.onBeat({ kind, task, attempt, isStart: false });
    }
  };
  const ordinary = definitions(story, process, clock, calls).map((task): TaskDefinition => {
    const undo = story.undo[task.name] as Undo;
    return {
      ...task,
      run: (...args: Parameters<TaskDefinition['run']>) => during('task', args[1], () => task.run(...args)),
      ...(undo !== 'none' && {
        undo: {
          maxRetries: RETRIES,
          run: (seen: Values, execution: UndoExecution) =>
            during('undo', execution, async () => {
              calls.onUndo(task.name, { ...seen }, execution);
              await undefined;
              if (undo === 'fails' || (undo === 'retries' && execution.attempt === 1)) {
                throw new Error(`undo ${task.name}`);
              }
            }),
        },
      }),
    };
  });
  const finals = definitions({ ...story, tasks: story.finals }, process, clock, calls).map(
    (task): TaskDefinition => ({
      ...task,
      finally: true,
      run: (...args: Parameters<TaskDefinition['run']>) => {
        calls.onFinal((args[1] as unknown as { ending: JobEnding }).ending);
        return during('final', args[1], () => task.run(...args));
      },
    }),
  );
  return [...ordinary, ...finals];
}
