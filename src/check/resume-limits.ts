/** What a process that resumes a job may allow, instead of what the job was started with. */
export interface ResumeLimits {
  /** Same as in `resume`. */
  readonly maxConcurrency?: number | undefined;
  /** Same as in `resume`. */
  readonly maxRetries?: number | undefined;
}
