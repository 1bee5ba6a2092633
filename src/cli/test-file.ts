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
  return [
    '// Written by `tintype paths`. Run it again when the workflow has changed.',
    ...imports,
    "import { testPaths } from 'tintype/check';",
    `import ${importedAs(exportName)} from ${JSON.stringify(specifierOf(file, folder))};`,
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

/** An export can have any string as its name. */
function importedAs(name: string): string {
  if (name === 'default') {
    return 'workflow';
  }
  const isIdentifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
  return `{ ${isIdentifier ? name : JSON.stringify(name)} as workflow }`;
}

/** Import specifiers are URLs, in which some characters of a path mean something else. */
function specifierOf(file: string, folder: string): string {
  const path = relative(resolve(folder), resolve(file)).split(sep).join('/');
  const escaped = path.replace(/[%?#\\\t\n\r]/g, encodeURIComponent);
  return escaped.startsWith('.') ? escaped : `./${escaped}`;
}

/** A value as JavaScript. JSON has no Infinity, which options may be. */
function sourceOf(value: unknown): string {
  if (value === Infinity) {
    return 'Infinity';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return JSON.stringify(value);
  }
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{ ${entries.map(([key, inner]) => `${JSON.stringify(key)}: ${sourceOf(inner)}`).join(', ')} }`;
}
