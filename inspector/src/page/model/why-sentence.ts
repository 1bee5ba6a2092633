/** Why something is in its state: a sentence that may name tasks, `text` before them and `end` after them. */
export interface Why {
  readonly text: string;
  readonly tasks: readonly string[];
  readonly end?: string;
}

export const why = (text: string, tasks: readonly string[] = []): Why => ({ text, tasks });

/** Names tasks, or falls back to another sentence if there are none. */
export const whyOf = (text: string, tasks: readonly string[], otherwise: string): Why =>
  tasks.length === 0 ? why(otherwise) : why(text, tasks);
