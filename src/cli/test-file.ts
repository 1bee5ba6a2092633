import { relative, resolve, sep } from 'node:path';
import type { TestPath, TestPathOptions } from '../check/test-paths.ts';
import type { LoadedWorkflow } from './load-workflow.ts';

/** How each test runner imports and names what a test file needs. */
const RUNNERS = {
  ava: {
    imports: ["import test from 'ava';"],
    body: ['(t) => {', '    t.truthy(path, CHANGED);', '    await t.notThrowsAsync(async () => path?.replay());', '  }'],
  },
  vitest: {
    imports: ["import { expect, test } from 'vitest';"],
    body: ['() => {', '    expect(path, CHANGED).toBeDefined();', '    await path?.replay();', '  }'],
  },
  node: {
    imports: ["import assert from 'node:assert/strict';", "import test from 'node:test';"],
    body: ['() => {', '    assert.ok(path, CHANGED);', '    await path.replay();', '  }'],
  },
} as const;

export type Runner = keyof typeof RUNNERS;
export const RUNNER_NAMES = Object.keys(RUNNERS) as readonly Runner[];

/** A test file for a runner, with one test for each path. */
export function testFile(
  runner: Runner,
  paths: readonly TestPath[],
  options: TestPathOptions,
  { file, exportName }: Pick<LoadedWorkflow, 'file' | 'exportName'>,
  folder: string,
): string {
  const { imports, body } = RUNNERS[runner];
  const hasFunction = Object.values(options).some((value) => typeof value === 'function');
  return [
    '// Written by `tintype paths`. Run it again when the workflow has changed.',
    ...imports,
    "import { testPaths } from 'tintype/check';",
    ...importLines(runner, pathFrom(folder, file), hasFunction ? [exportName, 'options'] : [exportName]),
    '',
    "const CHANGED = 'the workflow has changed: write this file again';",
    `const paths = new Map(testPaths(workflow, ${sourceOf(options)}).map((path) => [path.id, path]));`,
    '',
    'for (const [id, description] of [',
    ...paths.map(({ id, description }) => `  [${JSON.stringify(id)}, ${JSON.stringify(description)}],`),
    ']) {',
    '  const path = paths.get(id);',
    `  test(\`\${id}: \${description}\`, async ${body.join('\n')});`,
    '}',
  ].join('\n');
}

/** Characters that don't stand for themselves in a URL, which import specifiers are. */
const SPECIAL = /[%?#\\\t\n\r]/g;

function pathFrom(folder: string, file: string): string {
  const path = relative(resolve(folder), resolve(file)).split(sep).join('/');
  return path.startsWith('.') ? path : `./${path}`;
}

function importLines(runner: Runner, path: string, [name, ...others]: readonly string[]): string[] {
  if (runner === 'vitest' && path.search(SPECIAL) >= 0) {
    // Vitest imports no such files, escaped or not.
    const names = [`${keyOf(name)}: workflow`, ...others].join(', ');
    return [
      "import { createRequire } from 'node:module';",
      `const { ${names} } = createRequire(import.meta.url)(${JSON.stringify(path)});`,
    ];
  }
  const names = name === 'default' ? others : [`${keyOf(name)} as workflow`, ...others];
  const clauses = [...(name === 'default' ? ['workflow'] : []), ...(names.length > 0 ? [`{ ${names.join(', ')} }`] : [])];
  return [`import ${clauses.join(', ')} from ${JSON.stringify(path.replace(SPECIAL, encodeURIComponent))};`];
}

/** An export can have any string as its name. */
const keyOf = (name = ''): string => (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name));

/** A value as JavaScript. JSON has no Infinity, which options may be, and no functions, which are those of the file. */
function sourceOf(value: unknown, path = 'options'): string {
  if (value === Infinity) {
    return 'Infinity';
  }
  if (typeof value === 'function') {
    return path;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return JSON.stringify(value);
  }
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{ ${entries.map(([key, inner]) => `${JSON.stringify(key)}: ${sourceOf(inner, `${path}.${key}`)}`).join(', ')} }`;
}
