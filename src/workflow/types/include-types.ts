import type { TaskShape } from './context-types.ts';

/** The initial contexts of two workflows as one. */
export type JoinedContext<A, B> = keyof A extends never
  ? B
  : keyof B extends never
    ? A
    : { [Key in keyof (A & B)]: (A & B)[Key] };

/** A sentence for each reason why two workflows can't be joined; never if there is none. */
export type JoinProblem<A, TasksOfA extends TaskShape, B, TasksOfB extends TaskShape> =
  | SameName<TasksOfA['name'], TasksOfB['name']>
  | OtherType<A, B>
  | Returned<A, KeyReturnedBy<TasksOfB>>
  | Returned<B, KeyReturnedBy<TasksOfA>>;

type SameName<A extends string, B extends string> = string extends A | B
  ? never
  : A extends B
    ? `Both workflows have a task \`${A}\``
    : never;

type OtherType<A, B> = {
  [Key in keyof A & keyof B & string]: [A[Key], B[Key]] extends [B[Key], A[Key]]
    ? never
    : `The initial key \`${Key}\` has a different type in the included workflow`;
}[keyof A & keyof B & string];

type Returned<Initial, Returns> = keyof Initial & Returns extends infer Key extends string
  ? string extends Key
    ? never
    : `\`${Key}\` is an initial key of one workflow, and a task of the other returns it`
  : never;

type KeyReturnedBy<Tasks extends TaskShape> = Tasks extends { readonly output: infer Output }
  ? Output extends unknown
    ? keyof Output
    : never
  : never;
