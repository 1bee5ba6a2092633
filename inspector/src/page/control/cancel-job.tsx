import { useContext, useRef, useState } from 'preact/hooks';
import type { Job } from '../model/job.ts';
import { PageContext } from '../parts/page-context.ts';

/** Cancels an active job, if the page is allowed to. */
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
            Reason (optional)
            <input value={reason} onInput={({ currentTarget }) => setReason(currentTarget.value)} />
          </label>
          <div class="buttons">
            <button type="button" onClick={() => dialog.current?.close()}>
              Keep running
            </button>
            <button type="submit" class="danger">
              Yes, cancel
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
