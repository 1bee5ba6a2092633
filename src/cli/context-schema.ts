import { describeValue, onOneLine } from '../values/describe-value.ts';
import { unlessStuck } from './unless-stuck.ts';
import { UsageError } from './usage-error.ts';

/** The part of the Standard Schema interface that the command uses; valibot, zod and arktype implement it. */
export interface ContextSchema {
  readonly '~standard': { readonly validate: (value: unknown) => Validation | Promise<Validation> };
}

type Validation = { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A file and the schema it exports. */
interface Source {
  readonly file: string;
  readonly contextSchema: ContextSchema | undefined;
}

/**
 * The schema that a file exports as `context`, if that is one. Schemas of arktype are functions.
 * @throws {UsageError}
 */
export function contextSchemaIn(value: unknown, file: string): ContextSchema | undefined {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  try {
    const isSchema = isObject && typeof (value as Partial<ContextSchema>)['~standard']?.validate === 'function';
    return isSchema ? (value as ContextSchema) : undefined;
  } catch (error) {
    throw new UsageError(`${schemaOf(file)} can't be read: it threw ${describeValue(error)}`);
  }
}

const schemaOf = (file: string): string => `The schema that ${file} exports as \`context\``;

/**
 * Checks the initial context against the schema that the file exports as `context`, if it does.
 * @param context undefined if none was passed
 * @returns the output of the schema
 * @throws {UsageError}
 */
export async function checkContext({ file, contextSchema }: Source, context: unknown): Promise<unknown> {
  if (contextSchema === undefined) {
    return context;
  }
  const validation = await validate(contextSchema, context ?? {}, file);
  const issues = describeIssues(validation, file);
  if (issues === undefined) {
    return (validation as { readonly value: unknown }).value;
  }
  const problem =
    context === undefined
      ? `${file} needs a context: pass one with --context or --context-file`
      : `The context doesn't match the schema that ${file} exports`;
  throw new UsageError([`${problem}:`, ...issues.map((issue) => `  ${issue}`)].join('\n'));
}

async function validate(schema: ContextSchema, context: unknown, file: string): Promise<Validation> {
  try {
    return await unlessStuck(`${schemaOf(file)} returned a promise that never settles`, () =>
      schema['~standard'].validate(context),
    );
  } catch (error) {
    throw new UsageError(`${schemaOf(file)} threw ${describeValue(error)}`);
  }
}

function describeIssues(validation: Validation, file: string): readonly string[] | undefined {
  try {
    return validation.issues?.map(describeIssue);
  } catch {
    throw new UsageError(`${schemaOf(file)} returned ${describeValue(validation)}, which isn't a result of a Standard Schema`);
  }
}

function describeIssue({ message, path = [] }: Issue): string {
  const keys = path.map((part) => onOneLine(String(typeof part === 'object' ? part.key : part)));
  return keys.length === 0 ? onOneLine(message) : `${keys.join('.')}: ${onOneLine(message)}`;
}
