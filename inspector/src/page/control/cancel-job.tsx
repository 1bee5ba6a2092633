import { useContext, useRef, useState } from 'preact/hooks';
import type { Job } from '../model/job.ts';
import { PageContext } from '../parts/page-context.ts';

/** Cancels a job that goes on, where the page may do so. */
export function CancelJob({ job }: { readonly job: Job }) {
  const { sendEvent, endedAt } = useContext(PageContext);
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  if (sendEvent === undefined || endedAt !== undefined || job.status !== 'active') {
    return null;
  }
  const cancel = (event: SubmitEvent) => {
    event.preventDefault();
    sendEvent(job.sessionId, { type: 'job.cancel', ...(reason !== '' && { reason }) });
    dialog.current?.close();
  };
  return (
    <>
      <button type="button" class="danger" onClick={() => dialog.current?.showModal()}>
        Cancel job
      </button>
      <dialog ref={dialog} aria-labelledby="cancel-title">
        <form onSubmit={cancel}>
          <h2 id="cancel-title">Cancel {job.id}?</h2>
          <label>
            Reason, if any
            <input value={reason} onInput={({ currentTarget }) => setReason(currentTarget.value)} />
          </label>
          <div class="buttons">
            <button type="button" onClick={() => dialog.current?.close()}>
              Let it go on
            </button>
            <button type="submit" class="danger">
              Cancel it
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
