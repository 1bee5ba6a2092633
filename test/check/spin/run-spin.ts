import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withDirectory } from '../../helpers/with-directory.ts';

const run = promisify(execFile);

const PROGRAMS = { spin: '-V', cc: '--version' };

/** What SPIN needs and is not here. */
export const missingPrograms = Object.entries(PROGRAMS).flatMap(([program, flag]) =>
  spawnSync(program, [flag]).status === 0 ? [] : [program],
);

/** What SPIN counts in a model. */
export interface Counts {
  readonly states: number;
  readonly steps: number;
}

/** Lets SPIN visit every state of a model, without partial-order reduction. */
export async function countsOf(model: string): Promise<Counts> {
  let report = '';
  await withDirectory(async (cwd) => {
    await writeFile(join(cwd, 'model.pml'), model);
    // -o2: variables that are only written belong to the state, too.
    await run('spin', ['-a', '-o2', 'model.pml'], { cwd });
    await run('cc', ['-w', '-DSAFETY', '-DNOREDUCE', '-o', 'pan', 'pan.c'], { cwd });
    ({ stdout: report } = await run(join(cwd, 'pan'), ['-m100000', '-w20'], { cwd }));
  });
  const count = (what: string) => Number(new RegExp(`(\\d+) ${what}`).exec(report)?.[1] ?? Number.NaN);
  if (!report.includes('errors: 0') || report.includes('Search not completed') || report.includes('max search depth')) {
    throw new Error(`SPIN didn't visit all states:\n${report}`);
  }
  // It counts the arrival in the first state as a transition.
  return { states: count('states, stored'), steps: count('transitions') - 1 };
}
