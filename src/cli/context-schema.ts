import { describeValue, onOneLine } from '../workflow/describe-value.ts';
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

/** Whether a value is a schema. Schemas of arktype are functions. */
export function isContextSchema(value: unknown): value is ContextSchema {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && typeof (value as Partial<ContextSchema>)['~standard']?.validate === 'function';
}

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
  if (validation.issues === undefined) {
    return validation.value;
  }
  const problem =
    context === undefined
      ? `${file} needs a context: pass one with --context or --context-file`
      : `The context doesn't match the schema that ${file} exports`;
  throw new UsageError([`${problem}:`, ...validation.issues.map((issue) => `  ${describeIssue(issue)}`)].join('\n'));
}

async function validate(schema: ContextSchema, context: unknown, file: string): Promise<Validation> {
  try {
    return await schema['~standard'].validate(context);
  } catch (error) {
    throw new UsageError(`The schema that ${file} exports as \`context\` threw ${describeValue(error)}`);
  }
}

function describeIssue({ message, path = [] }: Issue): string {
  const keys = path.map((part) => onOneLine(String(typeof part === 'object' ? part.key : part)));
  return keys.length === 0 ? onOneLine(message) : `${keys.join('.')}: ${onOneLine(message)}`;
}
