/** A job whose process has died. */
export interface Suspect {
  readonly id: string;
  readonly owner: string | undefined;
  readonly deaths: readonly string[];
}
